import { Box, type DOMElement } from 'ink';
import { type ReactNode, type RefObject, use, useLayoutEffect, useRef, useState } from 'react';
import type { SecretBytes } from '../../source/engine/secret-bytes.ts';
import type { RevealSharePrompt } from '../../source/vault/ceremony/ceremony-prompt-types.ts';
import {
	formatShareRows,
	getShareTextLength,
	SHARE_GROUP_LENGTH,
} from '../../source/wizard/format-share.ts';
import type { WizardAction } from '../../source/wizard/wizard-view-model.ts';
import { AlternateScreenContext } from '../parts/alternate-screen.ts';
import { ClockContext, useCurrentTime } from '../parts/clock.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { type RowPieces, TextLine, TextRows, wrapTextToRows } from '../parts/styled-text.tsx';
import { useBodySize, useTerminalSize } from '../parts/terminal-and-body-size.ts';
import { useTheme } from '../parts/theme.ts';
import { CeremonyPage, type PromptProps, useRecordingWarningRows } from './ceremony-page.tsx';

/** Shows a share to one key holder: hidden until requested, and again after a while. */
export function RevealSharePromptView({ prompt, act }: PromptProps<RevealSharePrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const recorders = useRecordingWarningRows(width);
	const { custodian, share, checkDigits, seconds } = prompt;
	const place = useRef<DOMElement>(null);
	const count = countShareRows(share);
	useRegisterFooterKeys('reveal');
	const { left, seen, refused } = useShareVisibility(seconds, act);
	usePaintedShare(share, place, left);
	const rows: RowPieces[] = [
		...wrapTextToRows(`Key share of ${custodian}, for ${custodian} only`, width, {
			role: 'strong',
		}),
		...recorders,
		...wrapTextToRows(
			'Write it down by hand, with its checksum. Letter case matters; 0 is a digit, O is a letter. Do not photograph or copy it.',
			width,
		),
	];
	const status =
		left > 0
			? `Visible for ${left} s. Press any key to hide it.`
			: seen
				? `Hidden. Press Space to show it again, or Enter if you have written it down.`
				: `Hidden. Press Space to show it for ${seconds} s when ${custodian} is alone.`;
	const below: RowPieces[] = [
		...wrapTextToRows(`Checksum: ${checkDigits} (from its SHA-256, not secret)`, width, {
			role: 'dim',
		}),
		// The same height in each state, so that painted rows stay in place.
		...padded(
			wrapTextToRows(refused ?? status, width, { role: refused ? 'warning' : 'strong' }),
			3,
		),
	];
	return (
		<CeremonyPage
			view={prompt.ceremony}
			rows={rows}
			below={below.length + count}
			scroll={left > 0 ? 'none' : 'all'}
		>
			<Box ref={place} flexDirection="column" flexShrink={0} height={count}>
				{Array.from({ length: count }, (_, at) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
					<TextLine key={at} width={width} pieces={[{ text: theme.glyphs.bar, role: 'accent' }]} />
				))}
			</Box>
			<TextRows rows={below} width={width} />
		</CeremonyPage>
	);
}

const padded = (rows: RowPieces[], height: number): RowPieces[] => [
	...rows,
	...Array.from({ length: Math.max(0, height - rows.length) }, () => []),
];

interface Shown {
	/** Seconds until it is hidden; 0 while hidden. */
	left: number;
	/** It has been shown before. */
	seen: boolean;
	/** Why the last key had no effect. */
	refused: string | undefined;
}

/**
 * Whether a share is shown. Space shows it; any key, the time limit, a resize and leaving the
 * screen hide it, because another person may be there on return.
 */
function useShareVisibility(seconds: number, act: (action: WizardAction) => void): Shown {
	const clock = use(ClockContext);
	const screen = use(AlternateScreenContext);
	const { columns, rows } = useTerminalSize();
	const [until, setUntil] = useState(0);
	const [visit, setVisit] = useState(0);
	const [seen, setSeen] = useState(false);
	const [refused, setRefused] = useState<string | undefined>(undefined);
	const now = useCurrentTime(until > 0 ? 1000 : 0);
	// `now` can lag behind the key by up to a second.
	const rest = Math.min(seconds, Math.max(0, Math.ceil((until - now) / 1000)));
	const left = visit === screen.visit ? rest : 0;
	const hide = () => {
		// Immediately, not with the next frame.
		screen.blank();
		setUntil(0);
	};
	useKeyHandler((press) => {
		setRefused(undefined);
		if (left > 0) {
			hide();
			// Interrupt, suspend and confirm keep their meaning; any other key has hidden it.
			return !press.is('interrupt', 'suspend', 'reveal.on') ? true : goOn(press.is('reveal.on'));
		}
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('reveal.toggle')) {
			setUntil(clock.now() + seconds * 1000);
			setVisit(screen.visit);
			setSeen(true);
		} else if (press.is('reveal.on')) {
			if (seen) act({ type: 'agree' });
			else setRefused('Not shown yet. Press Space to show it.');
		} else return false;
		return true;
	});
	const goOn = (on: boolean) => {
		if (on) act({ type: 'agree' });
		return on;
	};
	const over = until > 0 && left === 0;
	// biome-ignore lint/correctness/useExhaustiveDependencies: another size hides it too
	useLayoutEffect(() => setUntil(0), [over, columns, rows]);
	return { left, seen, refused };
}

/** Groups per row: as many as fit the narrowest terminal, the same on all. */
const PER_ROW = 6;
const GAP = 2;
/** After the bar at the left. */
const INDENT = 2;

const countShareRows = (share: SecretBytes): number =>
	Math.ceil(getShareTextLength(share) / (PER_ROW * SHARE_GROUP_LENGTH));

/**
 * Paints a share over the blanks of an element while seconds are left.
 *
 * @param secondsLeft Seconds; 0 while hidden. The share is painted again each second, in case Ink drew
 * over it.
 */
function usePaintedShare(
	share: SecretBytes,
	elementRef: RefObject<DOMElement | null>,
	secondsLeft: number,
): void {
	const screen = use(AlternateScreenContext);
	const shown = secondsLeft > 0;
	useLayoutEffect(() => {
		if (secondsLeft === 0 || elementRef.current === null) return;
		const { row, column } = cornerOf(elementRef.current);
		screen.paint(
			formatShareRows(share, PER_ROW, GAP).map((bytes, at) => ({
				row: row + at,
				column: column + INDENT,
				bytes,
			})),
		);
	}, [screen, share, elementRef, secondsLeft]);
	useLayoutEffect(() => (shown ? () => screen.blank() : undefined), [screen, shown]);
}

/** The position of an element; Ink's frame starts at the top of the alternate screen. */
function cornerOf(element: DOMElement): { row: number; column: number } {
	let row = 0;
	let column = 0;
	for (let node: DOMElement | undefined = element; node !== undefined; node = node.parentNode) {
		row += node.yogaNode?.getComputedTop() ?? 0;
		column += node.yogaNode?.getComputedLeft() ?? 0;
	}
	return { row, column };
}
