import { escapeLine } from '../../source/engine/terminal-escape.ts';
import type { DoneScreen } from '../../source/wizard/wizard-model.ts';
import { formatElapsedSeconds, getCellWidth } from '../parts/styled-text.tsx';

/** Aligns two columns with blanks only, which survive every ticket system. */
function aligned(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(0, ...rows.map(([name]) => getCellWidth(name)));
	return rows.map(([name, text]) =>
		`${name}${' '.repeat(width - getCellWidth(name))}  ${text}`.trimEnd(),
	);
}

const part = (title: string, lines: readonly string[]): string[] =>
	lines.length === 0 ? [] : ['', title, ...lines];

const isAddress = (value: string): boolean => /^https?:\/\/\S+$/.test(value);

/**
 * The summary of an installation as lines for a ticket: no boxes, no glyphs, every command on its
 * own line.
 */
export function formatDoneSummary(screen: DoneScreen): string[] {
	const lines = [
		`${screen.part ?? 'Installed'} in ${formatElapsedSeconds(screen.seconds)}.`,
		...screen.outputs.flatMap(({ value }) => (isAddress(value) ? [`URL: ${value}`] : [])),
		...part('Next:', screen.next),
		// The step summaries come before the long list of outputs.
		...part('Steps:', aligned(screen.summaries.map(({ title, text }) => [title, text]))),
		...part('Outputs:', aligned(screen.outputs.map(({ name, value }) => [name, value]))),
		...part('Repeat this install non-interactively:', [
			screen.command,
			...(screen.stillAsks === undefined ? [] : [screen.stillAsks]),
		]),
		'',
		...aligned([
			['Answers file:', screen.answersFile],
			['Terraform directory:', screen.workspace],
		]),
	];
	return lines.map(escapeLine);
}
