import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../source/commands/command-context.ts';
import { commands } from '../../source/commands/command-table.ts';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { approvalLevels } from '../../source/engine/step.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';

const flag = (command: Command, name: string) => command.flags.find((one) => one.name === name);

it('command names are unique, and none hides another', () => {
	const names = commands.map(({ name }) => name);
	expect(new Set(names).size).toBe(names.length);
	for (const name of names.filter((one) => one.includes(' ')))
		expect(names).not.toContain(name.split(' ')[0]);
});

describe.each(commands.map((command) => [command.name, command] as const))('%s', (_, command) => {
	it('has uniquely named flags, including --help', () => {
		const names = command.flags.flatMap(({ name, short }) => [name, ...(short ? [short] : [])]);
		expect(new Set(names).size).toBe(names.length);
		expect(flag(command, 'help')).toMatchObject({ short: 'h' });
	});

	it('describes itself and each flag', () => {
		expect(command.summary).not.toMatch(/\.$/);
		expect(command.about).toMatch(/\.$/);
		for (const { name, help } of command.flags) {
			expect(name).toMatch(/^[a-z][a-z-]*$/);
			expect(help.length).toBeGreaterThan(5);
		}
	});

	it('has valid examples', () => {
		for (const example of command.examples ?? []) {
			const [program, ...argv] = example.split(' > ')[0]?.split(' ') ?? [];
			expect(program).toBe('tfe-wizard');
			expect(parseCommandLine(argv).command.name).toBe(command.name);
		}
	});
});

it('--approve accepts exactly the approvals of the engine', () => {
	for (const command of commands) {
		const approve = flag(command, 'approve');
		if (approve !== undefined) expect(approve.oneOf).toEqual(approvalLevels);
	}
	expect(commands.filter((command) => flag(command, 'approve'))).not.toEqual([]);
});

it('commands that print events have --output, and commands with a session have --home', () => {
	for (const command of commands.filter((one) => flag(one, 'until'))) {
		expect(flag(command, 'output')?.oneOf).toEqual(['text', 'json']);
		expect(flag(command, 'session')).toBeDefined();
	}
	for (const command of commands.filter((one) => flag(one, 'session') && !/check/.test(one.name)))
		expect(flag(command, 'home')).toBeDefined();
});

it('the help of install lists the steps of the target in order', () => {
	const about = commands.find(({ name }) => name === 'install')?.about;
	expect(about).toContain(
		getTargetOrDefault('ptfe-ami')
			.steps.map(({ id }) => id)
			.join(', '),
	);
});

it('the command reference contains every command and flag', () => {
	const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
	for (const command of commands) {
		const section = page.split(/^## /m).find((one) => one.startsWith(`${command.name}\n`)) ?? '';
		for (const { name } of command.flags) expect(section).toContain(`--${name}`);
	}
});
