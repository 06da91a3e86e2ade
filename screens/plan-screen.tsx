import { Box } from 'ink';
import { type ReactNode, useMemo, useReducer, useRef } from 'react';
import type { PlanScreen, WizardController } from '../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from './parts/footer.tsx';
import { useKeyHandler } from './parts/key-handlers.tsx';
import { TextLine, type TextPiece } from './parts/styled-text.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { TextField } from './parts/text-field.tsx';
import { useTheme } from './parts/theme.ts';
import {
	createPlanConfirmationLines,
	createPlanCountsLine,
	createPlanFooterLines,
	createPlanRowPieces,
	getPlanColumnWidths,
} from './plan/plan-lines.ts';
import {
	getPlanFooterKeys,
	getPlanTransition,
	getSearchQuery,
	initialPlanState,
	type PlanState,
	scrollIntoView,
	toPlanKeyAction,
} from './plan/plan-state.ts';
import {
	buildPlanTree,
	flattenPlanTree,
	type PlanRow,
	type PlanTreeData,
} from './plan/plan-tree.ts';

/** Minimum height for empty rows between the parts. */
const AIRY = 12;

/** A plan to approve: destroyed resources first, then groups that open down to every attribute. */
export function PlanView({ screen, controller }: ScreenProps<PlanScreen>): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const air = height >= AIRY ? 1 : 0;
	const below = (state: PlanState, of: number, top: number, room: number) => [
		...createPlanFooterLines(screen, { top, end: Math.min(of, top + room), of }, width, theme),
		...(state.confirm === undefined
			? []
			: createPlanConfirmationLines(screen, state.confirm, width, theme)),
	];
	const heightOf = (state: PlanState): number => {
		const field = state.find !== undefined || state.confirm !== undefined ? 1 : 0;
		// Always reserves the row for the position, so that the window does not jump.
		const lines = below(state, 99_999, 0, 1).length;
		return Math.max(1, height - 1 - lines - field - 2 * air);
	};
	const { tree, state: held, rows } = usePlan(screen, controller, width, heightOf);
	const room = heightOf(held);
	const state = scrollIntoView(held, { rows, height: room });
	const all = rows(state);
	const columns = getPlanColumnWidths(tree, theme);
	useRegisterFooterKeys(getPlanFooterKeys(state, all));
	const typed = state.confirm?.text ?? (state.find === undefined ? undefined : state.find.text);
	const label = state.confirm === undefined ? '/ ' : `${theme.glyphs.pointer} `;

	const line = (pieces: readonly TextPiece[], key: string) => (
		<TextLine key={key} width={width} pieces={pieces} />
	);
	return (
		<Box flexDirection="column" height={height} overflow="hidden">
			{line(createPlanCountsLine(screen, width, theme), 'counts')}
			<Box height={air} flexShrink={0} />
			<Box flexDirection="column" height={Math.min(room, all.length)} flexShrink={0}>
				{all
					.slice(state.top, state.top + room)
					.map((row, at) =>
						line(createPlanRowPieces(row, state.top + at === state.cursor, columns, theme), row.id),
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

/** Memoizes the rows until a row opens or closes or the query changes. */
export function memoizePlanRows(
	tree: PlanTreeData,
	width: number,
): (state: PlanState) => readonly PlanRow[] {
	let last: { open: ReadonlySet<string>; query: string; rows: readonly PlanRow[] } | undefined;
	return (state) => {
		const query = getSearchQuery(state);
		if (last?.open === state.open && last.query === query) return last.rows;
		const { open } = state;
		last = { open, query, rows: flattenPlanTree(tree, { open, query, width }) };
		return last.rows;
	};
}

/**
 * The state of the plan screen and its keys.
 *
 * @param getHeight visible rows in a given state
 */
function usePlan(
	screen: PlanScreen,
	guide: WizardController,
	width: number,
	getHeight: (state: PlanState) => number,
) {
	const { plan } = screen;
	const tree = useMemo(() => buildPlanTree(plan), [plan]);
	const rows = useMemo(() => memoizePlanRows(tree, width), [tree, width]);
	const [, draw] = useReducer((count: number) => count + 1, 0);
	// Not React state: several keys can arrive before the next frame, and each needs the previous
	// result.
	const held = useRef({ plan, state: initialPlanState });
	if (held.current.plan !== plan) held.current = { plan, state: initialPlanState };
	useKeyHandler((press) => {
		const { state } = held.current;
		const key = toPlanKeyAction(press, state);
		if (key === undefined) return false;
		const turn = getPlanTransition(state, key, {
			rows,
			height: getHeight(state),
			confirm: plan.confirm,
		});
		held.current = { plan, state: turn.state };
		if (turn.state !== state) draw();
		if (turn.send !== undefined) guide.act(turn.send);
		return true;
	});
	return { tree, state: held.current.state, rows };
}
