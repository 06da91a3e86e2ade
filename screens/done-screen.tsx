import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { DoneScreen, WizardController } from '../source/wizard/wizard-model.ts';
import { createDoneRows } from './done/done-rows.ts';
import { useKeyHandler } from './parts/keyboard.ts';
import { useBodySize } from './parts/terminal-size.ts';
import { useTheme } from './parts/theme.ts';
import { toPointerMove } from './review/movement-keys.ts';
import { getScrollTop, getVisibleRange } from './review/scroll-blocks.ts';
import { ScrolledRows } from './review/scroll-pane.tsx';

interface Props {
	screen: DoneScreen;
	guide: WizardController;
}

/** What was created, the next commands, and the command that repeats it unattended. */
export function DoneView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [top, setTop] = useState(0);
	const rows = createDoneRows(screen, width, theme);

	useKeyHandler((press) => {
		const move = press.is('top') ? 'home' : toPointerMove(press);
		if (move !== undefined) {
			setTop(getScrollTop(top, move, rows.length, height));
			return true;
		}
		if (!press.is('done.leave', 'escape')) return false;
		guide.act({ type: 'leave' });
		return true;
	});

	return (
		<Box flexDirection="column">
			<ScrolledRows rows={rows} width={width} shown={getVisibleRange(rows.length, height, top)} />
		</Box>
	);
}
