import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { BusyScreen } from '../source/wizard/wizard-view-model.ts';
import { useSpinner } from './parts/clock.ts';
import { formatElapsedSeconds, TextLine, TextLines, wrapSingleLine } from './parts/styled-text.tsx';
import { useBodySize } from './parts/terminal-and-body-size.ts';

/** Short work: its title, the elapsed time and its last lines. */
export function BusyView({ screen }: { screen: BusyScreen }): ReactNode {
	const { width, height } = useBodySize();
	const { now, spinner } = useSpinner();
	const seconds = (now - screen.since) / 1000;
	const lines = screen.lines.flatMap((line) => wrapSingleLine(line, width - 2));
	return (
		<Box flexDirection="column">
			<TextLine
				width={width}
				pieces={[
					{ text: `${spinner} `, role: 'accent' },
					{ text: screen.title, bold: true },
					{ text: `   ${formatElapsedSeconds(seconds)}`, role: 'dim' },
				]}
			/>
			<TextLines
				width={width}
				indent="  "
				lines={lines.slice(-Math.max(1, height - 1))}
				colour="dim"
			/>
		</Box>
	);
}
