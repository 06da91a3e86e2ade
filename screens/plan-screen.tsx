import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { PlanScreen, WizardController } from '../source/wizard/wizard-model.ts';
import { useFooter } from './parts/footer.tsx';
import { TextLine, type TextPiece } from './parts/styled-text.tsx';
import { useBodySize } from './parts/terminal-size.ts';
import { TextField } from './parts/text-field.tsx';
import { useTheme } from './parts/theme.ts';
import { getPlanFooterKeys } from './plan/plan-footer-keys.ts';
import { getPlanColumns, planRowPieces } from './plan/plan-row-pieces.ts';
import {
	planConfirmationLines,
	planCountsLine,
	planFooterLines,
} from './plan/plan-summary-lines.ts';
import type { PlanState } from './plan/plan-types.ts';
import { scrollIntoView } from './plan/scroll-window.ts';
import { usePlan } from './plan/use-plan.ts';

/** Minimum height for empty rows between the parts. */
const AIRY = 12;

interface Props {
	screen: PlanScreen;
	guide: WizardController;
}

/** A plan to approve: destroyed resources first, then groups that open down to every attribute. */
export function PlanView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const air = height >= AIRY ? 1 : 0;
	const below = (state: PlanState, of: number, top: number, room: number) => [
		...planFooterLines(screen, { top, end: Math.min(of, top + room), of }, width, theme),
		...(state.confirm === undefined
			? []
			: planConfirmationLines(screen, state.confirm, width, theme)),
	];
	const heightOf = (state: PlanState): number => {
		const field = state.find !== undefined || state.confirm !== undefined ? 1 : 0;
		// Always reserves the row for the position, so that the window does not jump.
		const lines = below(state, 99_999, 0, 1).length;
		return Math.max(1, height - 1 - lines - field - 2 * air);
	};
	const { tree, state: held, rows } = usePlan(screen, guide, width, heightOf);
	const room = heightOf(held);
	const state = scrollIntoView(held, { rows, height: room });
	const all = rows(state);
	const columns = getPlanColumns(tree, theme);
	useFooter(getPlanFooterKeys(state, all));
	const typed = state.confirm?.text ?? (state.find === undefined ? undefined : state.find.text);
	const label = state.confirm === undefined ? '/ ' : `${theme.glyphs.pointer} `;

	const line = (pieces: readonly TextPiece[], key: string) => (
		<TextLine key={key} width={width} pieces={pieces} />
	);
	return (
		<Box flexDirection="column" height={height} overflow="hidden">
			{line(planCountsLine(screen, width, theme), 'counts')}
			<Box height={air} flexShrink={0} />
			<Box flexDirection="column" height={Math.min(room, all.length)} flexShrink={0}>
				{all
					.slice(state.top, state.top + room)
					.map((row, at) =>
						line(planRowPieces(row, state.top + at === state.cursor, columns, theme), row.id),
					)}
			</Box>
			<Box height={air} flexShrink={0} />
			{below(state, all.length, state.top, room).map((pieces, at) => line(pieces, `below${at}`))}
			{typed !== undefined && (
				<Box height={1} flexShrink={0}>
					<TextLine width={2} pieces={[{ text: label, role: 'accent' }]} />
					<TextField
						state={typed}
						width={width - 2}
						focused={state.confirm !== undefined || state.find?.typing === true}
					/>
				</Box>
			)}
		</Box>
	);
}
