import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { ChecksScreen, WizardController } from '../source/wizard/wizard-model.ts';
import { checkDetailRows } from './checks/check-detail-rows.ts';
import { createCheckBlocks } from './checks/check-list-blocks.ts';
import { getChecksFooterKeys, handleChecksKey } from './checks/checks-keys.ts';
import { CONTINUE_ROW_ID, getFocusedCheckId, initialChecksState } from './checks/checks-state.ts';
import { checksFooterRows, checksHeaderRows } from './checks/header-footer-rows.ts';
import { TICK_INTERVAL_MS, useCurrentTime } from './parts/clock.ts';
import { useFooter } from './parts/footer.tsx';
import { type KeyPress, useKeyHandler } from './parts/keyboard.ts';
import { useBodySize } from './parts/terminal-size.ts';
import { useTheme } from './parts/theme.ts';
import { toPointerMove } from './review/movement-keys.ts';
import { getScrollTop, getVisibleRange } from './review/scroll-blocks.ts';
import { BlockPane, ScrolledRows } from './review/scroll-pane.tsx';

interface Props {
	screen: ChecksScreen;
	guide: WizardController;
}

/** The checks, worst first; every failed one with its finding and its fix. */
export function ChecksView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [state, setState] = useState(initialChecksState);
	const now = useCurrentTime(screen.running > 0 ? TICK_INTERVAL_MS : 0);
	const { spinner: frames, current } = theme.glyphs;
	const spinner = frames[Math.floor(now / TICK_INTERVAL_MS) % frames.length] ?? current;

	const shown = screen.checks.find(({ id }) => id === state.opened?.id);
	const opened =
		shown && state.opened
			? { ...state.opened, rows: checkDetailRows(shown, state.opened.as, width, theme) }
			: undefined;
	useFooter(getChecksFooterKeys(screen, state, opened !== undefined));
	const at = getFocusedCheckId(screen, state);
	const head = checksHeaderRows(screen, { theme, spinner, now, width });
	const foot = checksFooterRows(screen, { theme, width, pointed: at === CONTINUE_ROW_ID });
	const room = Math.max(1, height - head.length - foot.length - 2);

	const onOpened = (press: KeyPress, rows: number, top: number): boolean => {
		const move = toPointerMove(press);
		if (move !== undefined && state.opened !== undefined) {
			const to = getScrollTop(top, move, rows, height);
			setState({ ...state, opened: { ...state.opened, top: to } });
			return true;
		}
		if (!press.is('back', 'escape', 'enter', 'checks.fix')) {
			return press.is('checks.on', 'checks.recheck', 'checks.recheckOne', 'checks.passed');
		}
		const { opened: _, ...rest } = state;
		setState(rest);
		return true;
	};
	useKeyHandler((press) => {
		if (opened !== undefined) return onOpened(press, opened.rows.length, opened.top);
		const outcome = handleChecksKey(press, screen, state, Math.floor(room / 2));
		if (outcome === undefined) return false;
		setState(outcome.state);
		if (outcome.action !== undefined) guide.act(outcome.action);
		return true;
	});

	if (opened !== undefined) {
		return (
			<Box flexDirection="column">
				<ScrolledRows
					rows={opened.rows}
					width={width}
					shown={getVisibleRange(opened.rows.length, height, opened.top)}
				/>
			</Box>
		);
	}
	const all = (count: number) => getVisibleRange(count, count, 0);
	const blocks = createCheckBlocks(screen, {
		width: width - 2,
		theme,
		spinner,
		showPassed: state.showPassed,
	});
	return (
		<Box flexDirection="column">
			<ScrolledRows rows={head} width={width} shown={all(head.length)} />
			<Box height={1} flexShrink={0} />
			<BlockPane
				blocks={blocks}
				{...(at !== undefined && { focus: at })}
				// Until the pointer moves, the worst checks must stay visible.
				fromTop={state.focus === undefined}
				width={width}
				height={room}
			/>
			<Box height={1} flexShrink={0} />
			<ScrolledRows rows={foot} width={width} shown={all(foot.length)} />
		</Box>
	);
}
