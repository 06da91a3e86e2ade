// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the paths are hostile to shells
import { chmodSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../source/commands/command-table.ts';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { addHomeFlag, createCommandContext } from '../../source/commands/run-command-line.ts';
import { createApprovalError } from '../../source/steps/stack/plan-review.ts';
import { getDecryptCommand } from '../../source/targets/ptfe-ami/rekey/decrypt-share.ts';
import { splitShellWords } from '../helpers/split-shell-words.ts';
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
		const called = parseCommandLine(argv);
		expect(() => createCommandContext(called)).toThrow(
			`The directory ${home} is writable by other users`,
		);
		expect(readdirSync(home)).toEqual([]);
		chmodSync(home, 0o700);
		expect(createCommandContext(called).home).toBe(home);
	});
});

const PATHS = [
	"/home/$&/$1 $$ $' $`",
	"/it's here/${HOME}",
	'/a b/`id`/"x"',
	'/plain',
	'/$(id)\n;x',
];

describe('a printed command', () => {
	it.each(PATHS)('still contains the home directory %j when pasted into a shell', (home) => {
		const line = addHomeFlag('tfe-wizard status --session acme', home);
		expect(splitShellWords(line)).toEqual([
			'tfe-wizard',
			'status',
			'--home',
			home,
			'--session',
			'acme',
		]);
	});

	it.each([
		['tfe-wizard sessions list.', 'tfe-wizard sessions list --home /h.'],
		[
			'Fix it, then run: tfe-wizard rekey --session a',
			'Fix it, then run: tfe-wizard rekey --home /h --session a',
		],
		['tfe-wizard practice (no prompts)', 'tfe-wizard practice --home /h (no prompts)'],
		['tfe-wizard answers import a.tfvars', undefined],
		['tfe-wizard --lines (prompts line by line)', undefined],
		['Install the newer tfe-wizard, or start a new session.', undefined],
		['tfe-wizard status --home /other', undefined],
	])('is completed only if its command has the flag: %s', (line, completed = line) => {
		expect(addHomeFlag(line, '/h')).toBe(completed);
		expect(addHomeFlag(line, undefined)).toBe(line);
	});

	it.each(PATHS)('shows the plan in %j when pasted into a shell', (textFile) => {
		const counts = { create: 1, update: 0, delete: 0, replace: 0 };
		const plan = { stack: 'install', counts, destroys: [], file: '/p', textFile };
		const { facts } = createApprovalError(plan, 'none', 'create', 'tfe-wizard install');
		expect(splitShellWords(facts.next?.[0] ?? '')).toEqual(['less', textFile]);
	});

	it.each(PATHS)('decrypts the key share in the file %j', (file) => {
		const words = ['gpg', '--decrypt', '{file}', '--comment={custodian}:{file}'];
		const answers = { 'rekey.custodians.open_with': words };
		expect(getDecryptCommand({ answers }, 'ann', file)).toEqual([
			...['gpg', '--decrypt', file, `--comment=ann:${file}`],
		]);
	});
});
