import { Box, type DOMElement } from 'ink';
import { type ReactNode, useRef } from 'react';
import type { RevealSharePrompt } from '../../source/engine/prompt.ts';
import { useFooter } from '../parts/footer.tsx';
import { useTerminalRecorders } from '../parts/recorders-context.ts';
import { TextLine } from '../parts/styled-text.tsx';
import { useBodySize } from '../parts/terminal-size.ts';
import { useTheme } from '../parts/theme.ts';
import { CeremonyPage, TextRows } from './ceremony-page.tsx';
import { type CeremonyRows, type PromptProps, recorderRows, wrapRows } from './ceremony-rows.ts';
import { countShareRows, usePaintedShare } from './paint-share.ts';
import { useShareVisibility } from './use-share-visibility.ts';

/** Shows a share to one key holder: hidden until requested, and again after a while. */
export function RevealSharePromptView({ moment, act }: PromptProps<RevealSharePrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const recorders = useTerminalRecorders();
	const { custodian, share, checkDigits, seconds } = moment;
	const place = useRef<DOMElement>(null);
	const count = countShareRows(share);
	useFooter('reveal');
	const { left, seen, refused } = useShareVisibility(seconds, act);
	usePaintedShare(share, place, left);
	const rows: CeremonyRows = [
		...wrapRows(`Key share of ${custodian}, for ${custodian} only`, width, { role: 'strong' }),
		...recorderRows(recorders, width, theme),
		...wrapRows(
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
	const below: CeremonyRows = [
		...wrapRows(`Checksum: ${checkDigits} (from its SHA-256, not secret)`, width, {
			role: 'dim',
		}),
		// The same height in each state, so that painted rows stay in place.
		...padded(wrapRows(refused ?? status, width, { role: refused ? 'warning' : 'strong' }), 3),
	];
	return (
		<CeremonyPage
			view={moment.ceremony}
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

const padded = (rows: CeremonyRows, height: number): CeremonyRows => [
	...rows,
	...Array.from({ length: Math.max(0, height - rows.length) }, () => []),
];
