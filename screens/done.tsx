import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { DoneScreen, Guide } from '../source/engine/guide/model.ts';
import { doneRows } from './done/rows.ts';
import { useKeys } from './parts/keys.ts';
import { useBody } from './parts/size.ts';
import { useTheme } from './parts/theme.ts';
import { excerpt, scrolled } from './review/blocks.ts';
import { moveOf } from './review/moves.ts';
import { Rows } from './review/pane.tsx';

interface Props {
	screen: DoneScreen;
	guide: Guide;
}

/** What was created, the next commands, and the command that repeats it unattended. */
export function DoneView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBody();
	const [top, setTop] = useState(0);
	const rows = doneRows(screen, width, theme);

	useKeys((press) => {
		const move = press.is('top') ? 'home' : moveOf(press);
		if (move !== undefined) {
			setTop(scrolled(top, move, rows.length, height));
			return true;
		}
		if (!press.is('done.leave', 'escape')) return false;
		guide.act({ type: 'leave' });
		return true;
	});

	return (
		<Box flexDirection="column">
			<Rows rows={rows} width={width} shown={excerpt(rows.length, height, top)} />
		</Box>
	);
}
