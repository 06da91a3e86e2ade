import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { BusyScreen } from '../source/engine/guide/model.ts';
import { useNow, useSpinner } from './parts/now.ts';
import { useBody } from './parts/size.ts';
import { duration, Line, Lines, wrapLines } from './parts/text.tsx';

/** Short work: its title, the elapsed time and its last lines. */
export function BusyView({ screen }: { screen: BusyScreen }): ReactNode {
	const { width, height } = useBody();
	const spinner = useSpinner();
	const seconds = (useNow() - screen.since) / 1000;
	const lines = screen.lines.flatMap((line) => wrapLines(line, width - 2));
	return (
		<Box flexDirection="column">
			<Line
				width={width}
				pieces={[
					{ text: `${spinner} `, role: 'accent' },
					{ text: screen.title, bold: true },
					{ text: `   ${duration(seconds)}`, role: 'dim' },
				]}
			/>
			<Lines width={width} indent="  " lines={lines.slice(-Math.max(1, height - 1))} colour="dim" />
		</Box>
	);
}
