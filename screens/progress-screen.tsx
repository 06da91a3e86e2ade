import { Box } from 'ink';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { ProgressScreen } from '../source/wizard/wizard-view-model.ts';
import { useSpinner } from './parts/clock.ts';
import { useKeyHandler } from './parts/key-handlers.tsx';
import { getPositionAfterMove, toScrollMove } from './parts/scroll-pane.tsx';
import { TextRows } from './parts/styled-text.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { useTheme } from './parts/theme.ts';
import { useLogTail } from './progress/log-tail.ts';
import { createDiagnosticRows, layoutProgress } from './progress/progress-rows.ts';

/** A run in progress: resources, milestones, diagnostics and, on request, the log. */
export function ProgressView({ screen }: ScreenProps<ProgressScreen>): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const { now, spinner } = useSpinner();
	const [following, follow] = useState(false);
	const [top, setTop] = useState(0);
	const log = useLogTail(following ? screen.log : undefined);
	const diagnostics = useMemo(
		() => createDiagnosticRows(screen.diagnostics, width, theme),
		[screen.diagnostics, width, theme],
	);
	const { rows, diagnosticsShown } = layoutProgress(
		screen,
		{ diagnostics, top, ...(following ? { log } : {}) },
		{ width, height, now, theme, spinner },
	);
	const scroll = useRef({ furthest: 0, page: 1 });
	scroll.current = {
		furthest: Math.max(0, diagnostics.length - diagnosticsShown),
		page: Math.max(1, diagnosticsShown - 1),
	};
	useKeyHandler((press) => {
		if (press.is('progress.log')) {
			follow((before) => !before);
			return true;
		}
		const { furthest, page } = scroll.current;
		const move = toScrollMove(press);
		if (move === undefined || furthest === 0) return false;
		setTop((before) => getPositionAfterMove(Math.min(before, furthest), move, page, furthest));
		return true;
	});
	return (
		<Box flexDirection="column" height={height} overflow="hidden">
			<TextRows rows={rows} width={width} />
		</Box>
	);
}
