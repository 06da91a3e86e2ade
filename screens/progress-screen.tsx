import { Box } from 'ink';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { ProgressScreen, WizardController } from '../source/wizard/wizard-model.ts';
import { TICK_INTERVAL_MS, useCurrentTime } from './parts/clock.ts';
import { type KeyPress, useKeyHandler } from './parts/key-handlers.tsx';
import { TextLine } from './parts/styled-text.tsx';
import { useBodySize } from './parts/terminal-size.ts';
import { useTheme } from './parts/theme.ts';
import { useLogTail } from './progress/log-tail.ts';
import { layoutProgress, progressDiagnosticRows } from './progress/progress-rows.ts';

interface Props {
	screen: ProgressScreen;
	guide: WizardController;
}

/** A run in progress: resources, milestones, diagnostics and, on request, the log. */
export function ProgressView({ screen }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const now = useCurrentTime(TICK_INTERVAL_MS);
	const [following, follow] = useState(false);
	const [top, setTop] = useState(0);
	const log = useLogTail(following ? screen.log : undefined);
	const diagnostics = useMemo(
		() => progressDiagnosticRows(screen.diagnostics, width, theme),
		[screen.diagnostics, width, theme],
	);
	const { spinner, current } = theme.glyphs;
	const { rows, diagnosticsShown } = layoutProgress(
		screen,
		{ diagnostics, top, ...(following ? { log } : {}) },
		{
			...{ width, height, now, theme },
			spinner: spinner[Math.floor(now / TICK_INTERVAL_MS) % spinner.length] ?? current,
		},
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
		const by = moveOf(press, page);
		if (by === undefined || furthest === 0) return false;
		setTop((before) => Math.max(0, Math.min(furthest, Math.min(before, furthest) + by)));
		return true;
	});
	return (
		<Box flexDirection="column" height={height} overflow="hidden">
			{rows.map((pieces, at) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
				<TextLine key={at} width={width} pieces={pieces} />
			))}
		</Box>
	);
}

/** Rows to scroll by; undefined when the key does not scroll. */
function moveOf(press: KeyPress, page: number): number | undefined {
	if (press.is('up')) return -1;
	if (press.is('down')) return 1;
	if (press.is('pageUp')) return -page;
	if (press.is('pageDown')) return page;
	if (press.is('top')) return Number.NEGATIVE_INFINITY;
	return press.is('end') ? Number.POSITIVE_INFINITY : undefined;
}
