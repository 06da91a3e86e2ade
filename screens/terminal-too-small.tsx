import type { ReactNode } from 'react';
import { useKeyHandler } from './parts/keyboard.ts';
import { TextLine } from './parts/styled-text.tsx';

interface TooSmallProps {
	columns: number;
	rows: number;
	smallest: { columns: number; rows: number };
}

/** One line instead of the screen. Keys do nothing, because their effect could not be seen. */
export function TerminalTooSmall({ columns, rows, smallest }: TooSmallProps): ReactNode {
	useKeyHandler((press) => !press.is('interrupt', 'suspend'));
	const needed = `${smallest.columns}x${smallest.rows}`;
	const text = `Terminal too small (${columns}x${rows}); resize to at least ${needed}`;
	const short = `Resize to at least ${needed}`;
	const width = Math.max(1, columns - 1);
	return (
		<TextLine
			width={width}
			pieces={[{ text: width < text.length ? short : text, role: 'warning' }]}
		/>
	);
}
