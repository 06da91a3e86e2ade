// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the paths are hostile to shells
import { chmodSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../source/commands/command-table.ts';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { addHomeFlag, addRunFlags } from '../../source/commands/printed-commands.ts';
import { createCommandContext } from '../../source/commands/run-command-line.ts';
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
		[
			'tfe-wizard --lines (prompts line by line)',
			'tfe-wizard --home /h --lines (prompts line by line)',
		],
		[
			'tfe-wizard (prompts for them in a terminal)',
			'tfe-wizard --home /h (prompts for them in a terminal)',
		],
		['Install the newer tfe-wizard, or start a new session.', undefined],
		['tfe-wizard status --home /other', undefined],
	])('is completed only if its command has the flag: %s', (line, completed = line) => {
		expect(addHomeFlag(line, '/h')).toBe(completed);
		expect(addHomeFlag(line, undefined)).toBe(line);
	});

	const repeat = (lines: readonly string[], flags: Record<string, string>) =>
		addRunFlags(lines, 'install', (name) => flags[name]);

	it('repeats --until, --answers and --home of a failed run in the same command', () => {
		const flags = { until: 'install', answers: 'my answers.yaml', home: '/h', session: 's' };
		expect(
			repeat(['less /plan.txt', 'tfe-wizard install --session s --approve create'], flags),
		).toEqual([
			'less /plan.txt',
			"tfe-wizard install --home /h --session s --approve create --answers 'my answers.yaml' --until install",
		]);
		expect(repeat(['tfe-wizard install --session s (resumes)'], { until: 'state' })).toEqual([
			'tfe-wizard install --session s --until state (resumes)',
		]);
	});

	it('repeats them in no other command', () => {
		const flags = { until: 'install', answers: 'a.yaml' };
		const lines = [
			'tfe-wizard answers check a.yaml',
			'tfe-wizard practice --session s',
			'tfe-wizard status --session s',
			'Fix it, then run the same command again.',
		];
		expect(repeat(lines, flags)).toEqual(lines);
	});

	it('leaves a flag that one of the alternatives names', () => {
		const lines = [
			'tfe-wizard install --session s (continues with the stored answers)',
			'tfe-wizard install --session s --answers b.yaml --replay (continues with the changed answers)',
		];
		expect(repeat(lines, { answers: 'b.yaml', until: 'state' })).toEqual([
			'tfe-wizard install --session s --until state (continues with the stored answers)',
			'tfe-wizard install --session s --answers b.yaml --replay --until state (continues with the changed answers)',
		]);
	});

	it.each(['-', '/dev/stdin', '/dev/fd/63', '/proc/self/fd/63'])(
		'does not repeat --answers %s, which can be read only once',
		(answers) => {
			expect(repeat(['tfe-wizard install --session s'], { answers })).toEqual([
				'tfe-wizard install --session s',
			]);
		},
	);

	it('does not repeat --until in the command that stops a practice cloud', () => {
		const lines = ['tfe-wizard practice --stop --session s (stops the practice cloud)'];
		expect(addRunFlags(lines, 'practice', () => 'state')).toEqual([
			'tfe-wizard practice --home state --stop --session s (stops the practice cloud)',
		]);
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
