import { Box, type DOMElement } from 'ink';
import { type ReactNode, useRef } from 'react';
import type { RevealMoment } from '../../source/engine/moment.ts';
import { useFooter } from '../parts/footer.tsx';
import { useRecorders } from '../parts/recorded.ts';
import { useBody } from '../parts/size.ts';
import { Line } from '../parts/text.tsx';
import { useTheme } from '../parts/theme.ts';
import { type MomentProps, type Rows, recorderRows, wrappedRows } from './lines.ts';
import { CeremonyPage, Drawn } from './page.tsx';
import { rowsOfShare, usePainted } from './painted.ts';
import { useShown } from './use-shown.ts';

/** Shows a share to one key holder: hidden until requested, and again after a while. */
export function RevealView({ moment, act }: MomentProps<RevealMoment>): ReactNode {
	const theme = useTheme();
	const { width } = useBody();
	const recorders = useRecorders();
	const { custodian, share, checkDigits, seconds } = moment;
	const place = useRef<DOMElement>(null);
	const count = rowsOfShare(share);
	useFooter('reveal');
	const { left, seen, refused } = useShown(seconds, act);
	usePainted(share, place, left);
	const rows: Rows = [
		...wrappedRows(`Key share of ${custodian}, for ${custodian} only`, width, { role: 'strong' }),
		...recorderRows(recorders, width, theme),
		...wrappedRows(
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
	const below: Rows = [
		...wrappedRows(`Checksum: ${checkDigits} (from its SHA-256, not secret)`, width, {
			role: 'dim',
		}),
		// The same height in each state, so that painted rows stay in place.
		...padded(wrappedRows(refused ?? status, width, { role: refused ? 'warning' : 'strong' }), 3),
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
					<Line key={at} width={width} pieces={[{ text: theme.glyphs.bar, role: 'accent' }]} />
				))}
			</Box>
			<Drawn rows={below} width={width} />
		</CeremonyPage>
	);
}

const padded = (rows: Rows, height: number): Rows => [
	...rows,
	...Array.from({ length: Math.max(0, height - rows.length) }, () => []),
];
