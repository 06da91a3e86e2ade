import type { ReactNode } from 'react';
import { useKeys } from './parts/keys.ts';
import { Line } from './parts/text.tsx';

interface TooSmallProps {
	columns: number;
	rows: number;
}

/** One line instead of everything. Keys do nothing meanwhile: nobody sees what they would do. */
export function TooSmall({ columns, rows }: TooSmallProps): ReactNode {
	useKeys((press) => !press.is('interrupt', 'suspend'));
	const text = `tfe-wizard needs 60 x 20; this is ${columns} x ${rows}`;
	const short = `needs 60 x 20`;
	const width = Math.max(1, columns - 1);
	return (
		<Line width={width} pieces={[{ text: width < text.length ? short : text, role: 'warning' }]} />
	);
}
