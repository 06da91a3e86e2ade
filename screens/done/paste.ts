import type { DoneScreen } from '../../source/engine/guide/model.ts';
import { cells, duration } from '../parts/text.tsx';

/** Two columns by blanks alone: they survive every ticket system. */
function aligned(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(0, ...rows.map(([name]) => cells(name)));
	return rows.map(([name, text]) => `${name}${' '.repeat(width - cells(name))}  ${text}`.trimEnd());
}

const part = (title: string, lines: readonly string[]): string[] =>
	lines.length === 0 ? [] : ['', title, ...lines];

/**
 * The end of an installation as lines for a ticket: no boxes, no glyphs, every command alone on
 * its line.
 */
export function donePaste(screen: DoneScreen): string[] {
	return [
		`Installed in ${duration(screen.seconds)}.`,
		...part('Next:', screen.next),
		...part('Outputs:', aligned(screen.outputs.map(({ name, value }) => [name, value]))),
		...part('Steps:', aligned(screen.summaries.map(({ title, text }) => [title, text]))),
		...part('The same without a question:', [screen.command]),
		'',
		...aligned([
			['Answers file:', screen.answersFile],
			['Plain Terraform:', screen.workspace],
		]),
	];
}
