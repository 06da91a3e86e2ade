import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { ChecksScreen, Guide } from '../source/engine/guide/model.ts';
import { checkBlocks } from './checks/blocks.ts';
import { footRows, headRows } from './checks/head.ts';
import { footerKeys, pressed } from './checks/keys.ts';
import { openedRows } from './checks/opened.ts';
import { initialChecks, ON, standing } from './checks/state.ts';
import { useFooter } from './parts/footer.tsx';
import { type Press, useKeys } from './parts/keys.ts';
import { TICK_MS, useNow } from './parts/now.ts';
import { useBody } from './parts/size.ts';
import { useTheme } from './parts/theme.ts';
import { excerpt, scrolled } from './review/blocks.ts';
import { moveOf } from './review/moves.ts';
import { Pane, Rows } from './review/pane.tsx';

interface Props {
	screen: ChecksScreen;
	guide: Guide;
}

/** The checks, worst first; every failed one with its finding and its fix. */
export function ChecksView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBody();
	const [state, setState] = useState(initialChecks);
	const now = useNow(screen.running > 0 ? TICK_MS : 0);
	const { spinner: frames, current } = theme.glyphs;
	const spinner = frames[Math.floor(now / TICK_MS) % frames.length] ?? current;

	const shown = screen.checks.find(({ id }) => id === state.opened?.id);
	const opened =
		shown && state.opened
			? { ...state.opened, rows: openedRows(shown, state.opened.as, width, theme) }
			: undefined;
	useFooter(footerKeys(screen, state, opened !== undefined));
	const at = standing(screen, state);
	const head = headRows(screen, { theme, spinner, now, width });
	const foot = footRows(screen, { theme, width, pointed: at === ON });
	const room = Math.max(1, height - head.length - foot.length - 2);

	const onOpened = (press: Press, rows: number, top: number): boolean => {
		const move = moveOf(press);
		if (move !== undefined && state.opened !== undefined) {
			const to = scrolled(top, move, rows, height);
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
	useKeys((press) => {
		if (opened !== undefined) return onOpened(press, opened.rows.length, opened.top);
		const outcome = pressed(press, screen, state, Math.floor(room / 2));
		if (outcome === undefined) return false;
		setState(outcome.state);
		if (outcome.action !== undefined) guide.act(outcome.action);
		return true;
	});

	if (opened !== undefined) {
		return (
			<Box flexDirection="column">
				<Rows
					rows={opened.rows}
					width={width}
					shown={excerpt(opened.rows.length, height, opened.top)}
				/>
			</Box>
		);
	}
	const all = (count: number) => excerpt(count, count, 0);
	const blocks = checkBlocks(screen, {
		width: width - 2,
		theme,
		spinner,
		showPassed: state.showPassed,
	});
	return (
		<Box flexDirection="column">
			<Rows rows={head} width={width} shown={all(head.length)} />
			<Box height={1} flexShrink={0} />
			<Pane
				blocks={blocks}
				{...(at !== undefined && { focus: at })}
				// Until the pointer moves, the worst checks must stay visible.
				fromTop={state.focus === undefined}
				width={width}
				height={room}
			/>
			<Box height={1} flexShrink={0} />
			<Rows rows={foot} width={width} shown={all(foot.length)} />
		</Box>
	);
}
