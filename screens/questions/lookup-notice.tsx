import type { ReactNode } from 'react';
import type { LookupView } from '../../source/wizard/wizard-model.ts';
import { useSpinnerGlyph } from '../parts/clock.ts';
import { TextLine, TextLines, wrapAndTruncate } from '../parts/styled-text.tsx';
import { type Theme, useTheme } from '../parts/theme.ts';

/** Why there are no choices; empty when the lookup found some. */
export function lookupNoticeLines(lookup: LookupView, width: number, theme: Theme): string[] {
	const { state, what, words, choices } = lookup;
	if (state === 'denied') {
		const why = words === undefined ? '' : `: ${words}`;
		const text = `${theme.glyphs.unknown} Could not look up ${what}${why}. Enter a value instead.`;
		return wrapAndTruncate(text, width, 3, theme);
	}
	if (state === 'found' && choices.length === 0) return [`No ${what} found`];
	return state === 'looking' ? [`Looking up ${what}`] : [];
}

interface LookupNoticeProps {
	lookup: LookupView;
	width: number;
}

/** Shows that a lookup is running, found nothing, or was denied. */
export function LookupNotice({ lookup, width }: LookupNoticeProps): ReactNode {
	const theme = useTheme();
	const lines = lookupNoticeLines(lookup, width, theme);
	if (lookup.state === 'looking') return <Looking text={lines.join(' ')} width={width} />;
	const colour = lookup.state === 'denied' ? 'warning' : 'dim';
	return <TextLines width={width} lines={lines} colour={colour} />;
}

function Looking({ text, width }: { text: string; width: number }): ReactNode {
	const spinner = useSpinnerGlyph();
	return <TextLine width={width} pieces={[{ text: spinner, role: 'accent' }, ` ${text}`]} />;
}
