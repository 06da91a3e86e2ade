import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../source/commands/command-table.ts';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { WizardError } from '../../source/engine/errors.ts';

const words = (line: string) => line.split(' ').filter((word) => word !== '');
const parse = (line: string) => parseCommandLine(words(line));

function refusal(line: string): WizardError {
	try {
		parse(line);
	} catch (thrown) {
		if (thrown instanceof WizardError) return thrown;
		throw thrown;
	}
	throw new Error(`"${line}" was not refused`);
}

describe('parseCommandLine', () => {
	it('reads a command, flags and operands', () => {
		const parsed = parse(
			'install --answers acme.yaml --session acme-prod --approve create --replay',
		);
		expect(parsed.command.name).toBe('install');
		expect(parsed.flags).toEqual({
			answers: 'acme.yaml',
			session: 'acme-prod',
			approve: 'create',
			replay: true,
		});
		expect(parsed.operands).toEqual([]);
	});

	it('reads a command of two words with an operand', () => {
		const parsed = parse('answers check --output json acme.yaml');
		expect(parsed.command.name).toBe('answers check');
		expect(parsed.flags).toEqual({ output: 'json' });
		expect(parsed.operands).toEqual(['acme.yaml']);
	});

	it('accepts --flag=value, and requires it for values that start with a dash', () => {
		expect(parse('status --session=acme').flags).toEqual({ session: 'acme' });
		expect(parse('status --session=-x').flags).toEqual({ session: '-x' });
		expect(refusal('status --session -x').exitCode).toBe(2);
	});

	it('accepts operands that look like flags after two dashes', () => {
		expect(parse('answers check -- --odd').operands).toEqual(['--odd']);
	});

	it.each(['', '--session acme', '--practice', '--lines --home=x'])(
		'selects the wizard without a command: "%s"',
		(line) => expect(parse(line).command.name).toBe('wizard'),
	);

	it('requires no operands together with --help', () => {
		expect(parse('answers check -h')).toMatchObject({ flags: { help: true }, operands: [] });
	});

	it.each(
		commands.map(({ name, operands = [] }) => [
			name,
			operands.map(({ oneOf }) => oneOf?.[0] ?? 'x').join(' '),
		]),
	)('accepts %s with every one of its flags', (name, operands) => {
		const { flags } = commands.find((command) => command.name === name) ?? { flags: [] };
		const given = flags.map(({ name, value, oneOf }) =>
			value === undefined ? `--${name}` : `--${name}=${oneOf?.[0] ?? 'x'}`,
		);
		const parsed = parse(`${name} ${given.join(' ')} ${operands}`);
		expect(parsed.command.name).toBe(name);
		expect(Object.keys(parsed.flags).sort()).toEqual(flags.map(({ name }) => name).sort());
	});
});

describe('an invalid command line', () => {
	it.each([
		['instal', 'Unknown command "instal". Did you mean "install"?', ''],
		['practise', 'Unknown command "practise". Did you mean "practice"?', ''],
		['INSTALL', 'Unknown command "INSTALL". Did you mean "install"?', ''],
		['answer check x', 'Unknown command "answer". Did you mean "answers"?', ''],
		['answers', 'Missing subcommand of "answers".', 'answers template, answers check'],
		[
			'answers chekc x',
			'Unknown command "answers chekc". Did you mean "answers check"?',
			'answers check',
		],
		['sessions', 'Missing subcommand of "sessions".', 'sessions list'],
		['xyzzy', 'Unknown command "xyzzy".', ''],
		['install --answer x', 'Unknown flag --answer of "install". Did you mean "--answers"?', ''],
		[
			'install --aprove=create',
			'Unknown flag --aprove of "install". Did you mean "--approve"?',
			'',
		],
		['install --no-imput', 'Unknown flag --no-imput of "install". Did you mean "--no-input"?', ''],
		['install --xyzzy', 'Unknown flag --xyzzy of "install".', ''],
		['install -x', 'Unknown flag -x of "install".', ''],
		['answers template --answers x', 'Unknown flag --answers of "answers template".', ''],
		['--verison', 'Unknown flag --verison. Did you mean "--version"?', ''],
		['install --approve everything', 'Invalid value "everything" for --approve.', 'none, create'],
		['install --output yaml', 'Invalid value "yaml" for --output.', 'text, json'],
		['install acme.yaml', 'Unexpected argument "acme.yaml" of "install".', ''],
		['answers check a b', 'Unexpected argument "b" of "answers check".', ''],
		['answers check', 'Missing argument FILE of "answers check"', ''],
		['sessions show', 'Missing argument NAME of "sessions show"', ''],
		['--version', 'No command was given.', ''],
		['--pratice', 'Unknown flag --pratice. Did you mean "--practice"?', ''],
		['--pratice --session x', 'Unknown flag --pratice. Did you mean "--practice"?', ''],
		['--lins install', 'Unknown flag --lins. Did you mean "--lines"?', ''],
		[
			'--approve create',
			'No command was given. --approve is a flag of "install", "practice" and "rekey".',
			'',
		],
		['--approve=create', '--approve is a flag of "install", "practice" and "rekey".', ''],
		[
			'--aprove create',
			'Unknown flag --aprove. Did you mean "--approve"? --approve is a flag of "install", "practice" and "rekey".',
			'',
		],
		['--full', 'No command was given. --full is a flag of "answers template".', ''],
		['--output json', '--output is a flag of "install", "practice", "preflight" and', ''],
		[
			'--approve create install',
			'The flag --approve precedes the command "install".',
			'tfe-wizard install --approve',
		],
		[
			'--output json answers check x',
			'The flag --output precedes the command "answers check".',
			'tfe-wizard answers check --output',
		],
		['--output json instal', 'Unknown command "instal". Did you mean "install"?', ''],
		[
			'preflight --approve create',
			'Unknown flag --approve of "preflight". --approve is a flag of "install"',
			'',
		],
		['--practice --approve create', 'Unknown flag --approve of "wizard". --approve is a flag', ''],
		['completion powershell', 'Invalid value "powershell" for SHELL', 'bash, zsh, fish'],
		['completion zhs', 'Invalid value "zhs" for SHELL of "completion". Did you mean "zsh"?', ''],
		['install --answers', 'Missing value of --answers FILE: answers file, YAML or JSON;', ''],
		['install --answers=a --until', 'Missing value of --until STEP: stop before this step.', ''],
		['install --replay=yes', "Option '--replay' does not take an argument.", ''],
		['install --help=yes', "Option '-h, --help' does not take an argument.", ''],
		['install --session --replay', "Option '--session' argument is ambiguous.", ''],
		['install --session -x', "Option '--session' argument is ambiguous.", ''],
		['install -hx', 'Unknown flag -x of "install".', ''],
	])(
		'is rejected with exit code 2, the reason and a help command: %s',
		(line, message, expected) => {
			const error = refusal(line);
			expect(error.exitCode).toBe(2);
			expect(error.message).toContain(message);
			expect(error.facts.expected ?? '').toContain(expected);
			expect(error.facts.next?.[0]).toMatch(/^tfe-wizard .*--help$/);
			expect(error.message.split('\n')).toHaveLength(1);
		},
	);

	it.each([
		['install --answers a\uFFFD.yaml', '--answers'],
		['sessions list --home=\uFFFD', '--home'],
		['answers check \uFFFD.yaml', 'FILE of answers check'],
		['sessions remove \uFFFD', 'NAME of sessions remove'],
		['--home \uFFFD', '--home'],
	])('rejects bytes that are not UTF-8: %s', (line, named) => {
		const error = refusal(line);
		expect(error.exitCode).toBe(2);
		expect(error.message).toContain(`The value of ${named}, "`);
		expect(error.message).toContain('is not valid UTF-8');
	});

	it('refers to the help of the command if the command is known', () => {
		expect(refusal('answers check --xyzzy').facts.next).toEqual([
			'tfe-wizard answers check --help',
		]);
	});

	it('never causes an internal error', () => {
		const word = fc.oneof(
			fc.constantFrom(...commands.flatMap(({ name }) => name.split(' '))),
			fc.constantFrom('--answers', '--session', '--output', 'json', '-h', '--', '-', '--=', '-xyz'),
			fc.string({ maxLength: 8 }),
		);
		fc.assert(
			fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
				try {
					parseCommandLine(argv);
				} catch (thrown) {
					expect(thrown).toBeInstanceOf(WizardError);
					expect((thrown as WizardError).exitCode).toBe(2);
				}
			}),
			{ numRuns: 500 },
		);
	});
});
