import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../source/commands/parse.ts';
import { commands } from '../../source/commands/table.ts';
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

describe('a command line', () => {
	it('is a command, flags and operands', () => {
		const parsed = parse(
			'install --answers acme.yaml --session acme-prod --approve create --replay',
		);
		expect(parsed.command?.name).toBe('install');
		expect(parsed.flags).toEqual({
			answers: 'acme.yaml',
			session: 'acme-prod',
			approve: 'create',
			replay: true,
		});
		expect(parsed.operands).toEqual([]);
	});

	it('may have a command of two words, with an operand', () => {
		const parsed = parse('answers check --output json acme.yaml');
		expect(parsed.command?.name).toBe('answers check');
		expect(parsed.flags).toEqual({ output: 'json' });
		expect(parsed.operands).toEqual(['acme.yaml']);
	});

	it('takes a value behind an equals sign, and a dashed one that way only', () => {
		expect(parse('status --session=acme').flags).toEqual({ session: 'acme' });
		expect(parse('status --session=-x').flags).toEqual({ session: '-x' });
		expect(refusal('status --session -x').exitCode).toBe(2);
	});

	it('takes operands that look like flags behind two dashes', () => {
		expect(parse('answers check -- --odd').operands).toEqual(['--odd']);
	});

	it('may be nothing but top flags', () => {
		expect(parse('--version')).toEqual({
			command: undefined,
			flags: { version: true },
			operands: [],
		});
	});

	it.each(['', '--session acme', '--practice', '--lines --home=x'])(
		'without a command is the guided one: "%s"',
		(line) => expect(parse(line).command?.name).toBe('wizard'),
	);

	it('needs no operands when it asks for help', () => {
		expect(parse('answers check -h')).toMatchObject({ flags: { help: true }, operands: [] });
	});

	it.each(commands.map(({ name, operands = [] }) => [name, operands.map(() => 'x').join(' ')]))(
		'%s is understood with every flag it has',
		(name, operands) => {
			const { flags } = commands.find((command) => command.name === name) ?? { flags: [] };
			const given = flags.map(({ name, value, oneOf }) =>
				value === undefined ? `--${name}` : `--${name}=${oneOf?.[0] ?? 'x'}`,
			);
			const parsed = parse(`${name} ${given.join(' ')} ${operands}`);
			expect(parsed.command?.name).toBe(name);
			expect(Object.keys(parsed.flags).sort()).toEqual(flags.map(({ name }) => name).sort());
		},
	);
});

describe('a wrong command line is refused: exit 2, what is wrong, what was meant, where help is', () => {
	it.each([
		['instal', 'There is no command "instal".', 'perhaps: install'],
		['practise', 'There is no command "practise".', 'perhaps: practice'],
		['INSTALL', 'There is no command "INSTALL".', 'perhaps: install'],
		['answer check x', 'There is no command "answer".', 'perhaps: answers'],
		['answers', '"answers" needs one more word.', 'answers template, answers check'],
		['answers chekc x', 'There is no command "answers chekc".', 'answers check'],
		['sessions', '"sessions" needs one more word.', 'sessions list'],
		['--output json instal', 'There is no command', ''],
		['xyzzy', 'There is no command "xyzzy".', ''],
		['install --answer x', 'install has no flag --answer.', 'perhaps: --answers'],
		['install --aprove=create', 'install has no flag --aprove.', 'perhaps: --approve'],
		['install --no-imput', 'install has no flag --no-imput.', 'perhaps: --no-input'],
		['install --xyzzy', 'install has no flag --xyzzy.', ''],
		['install -x', 'install has no flag -x.', ''],
		['answers template --answers x', 'answers template has no flag --answers.', ''],
		['--verison', 'tfe-wizard has no flag --verison.', 'perhaps: --version'],
		['install --approve everything', '--approve does not take "everything".', 'none, create'],
		['install --output yaml', '--output does not take "yaml".', 'text, json'],
		['install acme.yaml', 'install does not take "acme.yaml".', ''],
		['answers check a b', 'answers check does not take "b".', ''],
		['answers check', 'answers check needs FILE', ''],
		['sessions show', 'sessions show needs NAME', ''],
		['install --answers', '--answers', ''],
		['install --replay=yes', '--replay', ''],
	])('%s', (line, message, expected) => {
		const error = refusal(line);
		expect(error.exitCode).toBe(2);
		expect(error.message).toContain(message);
		expect(error.facts.expected ?? '').toContain(expected);
		expect(error.facts.next?.[0]).toMatch(/^tfe-wizard .*--help$/);
		expect(error.message.split('\n')).toHaveLength(1);
	});

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
		expect(error.message).toContain('not UTF-8');
	});

	it('points to the help of the command when it is known', () => {
		expect(refusal('answers check --xyzzy').facts.next).toEqual([
			'tfe-wizard answers check --help',
		]);
	});

	it('whatever is typed, it is read or refused, never a fault of ours', () => {
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
