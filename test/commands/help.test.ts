import { describe, expect, it } from 'vitest';
import { commands, flagsWithoutCommand } from '../../source/commands/command-table.ts';
import { formatHelp, getExitCodes } from '../../source/commands/help.ts';
import { errorCodes } from '../../source/engine/errors.ts';

/** Removes the wrapping. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('the overview', () => {
	const text = formatHelp(undefined, 100);

	it('lists every command with its summary, every top-level flag and every exit code', () => {
		for (const { name, summary } of commands) expect(flat(text)).toContain(`${name} ${summary}`);
		for (const { name } of flagsWithoutCommand) expect(text).toContain(`--${name}`);
		for (const [code, meaning] of getExitCodes())
			expect(flat(text)).toContain(`${code} ${meaning}`);
	});

	it('ends with the command to try it without an AWS account', () => {
		expect(text.trimEnd().split('\n').at(-1)).toContain('tfe-wizard practice');
	});
});

describe.each(commands.map((command) => [command.name, command] as const))(
	'help of %s',
	(name, command) => {
		const text = formatHelp(command, 100);

		it('contains the usage, the description, and every flag and operand', () => {
			expect(text).toMatch(new RegExp(`^Usage: tfe-wizard ${name}( |$)`, 'm'));
			expect(flat(text)).toContain(flat(command.about));
			for (const flag of command.flags) {
				expect(text).toContain(`--${flag.name}`);
				expect(flat(text)).toContain(flat(flag.help));
				for (const value of flag.oneOf ?? []) expect(text).toContain(value);
			}
			for (const operand of command.operands ?? []) expect(text).toContain(operand.name);
			for (const example of command.examples ?? []) expect(text).toContain(example);
		});
	},
);

describe.each([40, 60, 80, 100])('at %d columns', (columns) => {
	it.each([undefined, ...commands].map((command) => [command?.name ?? 'the overview', command]))(
		'no prose in the help of %s is wider',
		(_, command) => {
			const typed = typeof command === 'object' ? command : undefined;
			// Usage, examples and flag names are not wrapped.
			const whole = [
				...(typed?.examples ?? []).map((line) => `  ${line}`),
				...formatHelp(typed, columns).split('\n').slice(0, 4),
				'Try it without an AWS account: tfe-wizard practice',
			];
			const wide = formatHelp(typed, columns)
				.split('\n')
				.filter((line) => line.length > Math.max(columns, 28 + 4 + 24) && !whole.includes(line))
				.filter((line) => !/^ {2}(-\w, )?--\S+ \S+$/.test(line));
			expect(wide).toEqual([]);
		},
	);
});

it('lists 0 and the exit codes of the error table', () => {
	expect(getExitCodes().map(([code]) => Number(code))).toEqual([
		0,
		...Object.values(errorCodes).map(({ exitCode }) => exitCode),
	]);
});
