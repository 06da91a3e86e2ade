import { type ReactNode, useRef, useState } from 'react';
import type { Choice, LookupView, QuestionScreen } from '../../source/wizard/wizard-view-model.ts';
import { useSpinner } from '../parts/clock.ts';
import { TextLine, TextLines, wrapAndTruncate } from '../parts/styled-text.tsx';
import { type Theme, useTheme } from '../parts/theme.ts';
import { ChoiceField } from './choice-field.tsx';
import { formatFieldLine } from './field-values.ts';
import { type FieldProps, LineField } from './line-field.tsx';

/** A value looked up in the account, or typed. */
export function LookupField(props: FieldProps): ReactNode {
	const { screen, controller, width } = props;
	const { lookup } = screen;
	const [typing, setTyping] = useState(screen.problem !== undefined);
	const search = useRef('');
	const theme = useTheme();
	if (lookup === undefined) return <LineField {...props} />;
	const height = props.height - formatLookupNoticeLines(lookup, width, theme).length;
	const notice = <LookupNotice lookup={lookup} width={width} />;
	if (lookup.state === 'denied') {
		return (
			<>
				{notice}
				<LineField {...props} height={height} />
			</>
		);
	}
	if (typing) {
		const typed = search.current === '' ? {} : { initial: search.current };
		return <LineField {...props} {...typed} onBack={() => setTyping(false)} />;
	}
	const take = (value: string) => {
		if (value === CUSTOM_VALUE) setTyping(true);
		else controller.act({ type: 'answer', value: value === BLANK_VALUE ? undefined : value });
	};
	return (
		<>
			{notice}
			<ChoiceField
				// A finished lookup is a new list with its own pointer.
				key={lookup.state}
				{...props}
				height={height}
				choices={createLookupChoices(screen)}
				onSelect={take}
				customValue={CUSTOM_VALUE}
				searchRef={search}
			/>
		</>
	);
}

/** Why there are no choices; empty when the lookup found some. */
export function formatLookupNoticeLines(lookup: LookupView, width: number, theme: Theme): string[] {
	const { state, subject, reason, choices } = lookup;
	if (state === 'denied') {
		const why = reason === undefined ? '' : `: ${reason}`;
		const text = `${theme.glyphs.unknown} Could not look up ${subject}${why}. Enter a value instead.`;
		return wrapAndTruncate(text, width, 3, theme);
	}
	if (state === 'found' && choices.length === 0) return [`No ${subject} found`];
	return state === 'looking' ? [`Looking up ${subject}`] : [];
}

interface LookupNoticeProps {
	lookup: LookupView;
	width: number;
}

/** Shows that a lookup is running, found nothing, or was denied. */
export function LookupNotice({ lookup, width }: LookupNoticeProps): ReactNode {
	const theme = useTheme();
	const lines = formatLookupNoticeLines(lookup, width, theme);
	if (lookup.state === 'looking') return <Looking text={lines.join(' ')} width={width} />;
	const colour = lookup.state === 'denied' ? 'warning' : 'dim';
	return <TextLines width={width} lines={lines} colour={colour} />;
}

function Looking({ text, width }: { text: string; width: number }): ReactNode {
	const { spinner } = useSpinner();
	return <TextLine width={width} pieces={[{ text: spinner, role: 'accent' }, ` ${text}`]} />;
}

// No looked-up value starts with a zero byte, so these two cannot collide.
const CUSTOM_VALUE = '\u0000type';
const BLANK_VALUE = '\u0000blank';

/** The looked-up values, the current value, and the ways to enter another or none. */
export function createLookupChoices(screen: QuestionScreen): Choice[] {
	const { lookup, value, source, optional } = screen;
	const found = lookup?.choices ?? [];
	const standing = formatFieldLine(value);
	const known = standing === '' || found.some((choice) => choice.value === standing);
	const words = source === 'given' ? 'previous answer' : 'default';
	return [
		...(known ? [] : [{ value: standing, label: standing, hint: words }]),
		...found,
		{ value: CUSTOM_VALUE, label: 'Enter a custom value', hint: 'not listed' },
		...(optional ? [{ value: BLANK_VALUE, label: 'Leave blank' }] : []),
	];
}
