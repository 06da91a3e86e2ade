import { chmodSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	type CommandInvocation,
	createCommandContext,
} from '../../source/commands/command-context.ts';
import { commands } from '../../source/commands/command-table.ts';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const home = createTemporaryDirectory();

const withHome = commands.filter(({ flags }) => flags.some(({ name }) => name === 'home'));

it('every command that uses a session has a --home flag', () => {
	const using = commands.filter(
		({ name, flags }) => /^sessions /.test(name) || flags.some((flag) => flag.name === 'session'),
	);
	expect(withHome).toEqual(expect.arrayContaining(using));
	expect(withHome.length).toBeGreaterThan(10);
});

describe('a home that other users may write to', () => {
	it.each(withHome.map(({ name }) => [name]))('is rejected by %s', (name) => {
		chmodSync(home, 0o777);
		const { operands = [] } = commands.find((command) => command.name === name) ?? {};
		const argv = [...name.split(' '), ...operands.map(() => 'one'), '--home', home];
		const called = parseCommandLine(argv) as CommandInvocation;
		expect(() => createCommandContext(called)).toThrow(
			`The directory ${home} is writable by other users`,
		);
		expect(readdirSync(home)).toEqual([]);
		chmodSync(home, 0o700);
		expect(createCommandContext(called).home).toBe(home);
	});
});
