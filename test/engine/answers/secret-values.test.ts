import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSecretCommand } from '../../../source/engine/answers/secret-command.ts';
import { generatePassword, resolveSecret } from '../../../source/engine/answers/secret-values.ts';
import { WizardError } from '../../../source/engine/errors.ts';
import { processBirth } from '../../../source/engine/process-birth.ts';
import { MASK, SecretRegistry } from '../../../source/engine/secrets.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const VALUE = 'hunter2-hunter2';
let folder = '';

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'secret-values-'));
	await writeFile(join(folder, 'plain'), `${VALUE}\n`);
	await writeFile(join(folder, 'windows'), `${VALUE}\r\n`);
	await writeFile(join(folder, 'lines'), 'first\nsecond\n\n');
	await writeFile(join(folder, 'empty'), ' \n');
	await writeFile(join(folder, 'bytes'), Buffer.from([0x68, 0xff, 0xfe]));
	await writeFile(join(folder, 'zero'), 'abcd\0efgh');
	await writeFile(join(folder, 'large'), 'x'.repeat(64 * 1024 + 1));
});
afterAll(() => rm(folder, { recursive: true }));

function surroundings(more: object = {}) {
	const environment = { PATH: process.env.PATH, TFE_DB_PASSWORD: VALUE, EMPTY: '' };
	return {
		key: 'settings.db_password',
		baseFolder: folder,
		environment,
		registry: new SecretRegistry(),
		...more,
	};
}

describe('resolveSecret', () => {
	it.each([
		['env', { env: 'TFE_DB_PASSWORD' }, VALUE],
		['file', { file: 'plain' }, VALUE],
		['a file of Windows', { file: './windows' }, VALUE],
		['a file of several lines, but for the last line break', { file: 'lines' }, 'first\nsecond\n'],
		['a command for the shell', { command: 'cat plain | tr -d x' }, VALUE],
		[
			'a list of program and arguments',
			{ command: ['printf', '%s', `${VALUE}; $HOME`] },
			`${VALUE}; $HOME`,
		],
		['the environment in a command', { command: 'echo "$TFE_DB_PASSWORD"' }, VALUE],
	])('finds %s, and makes it known first', async (_name, reference, value) => {
		const around = surroundings();
		expect(await resolveSecret(reference, around)).toBe(value);
		expect(around.registry.mask(`<${value}>`)).toBe(`<${MASK}>`);
	});

	it.each([
		['a literal', VALUE, 'is a secret'],
		['an unset variable', { env: 'NOT_SET' }, 'variable NOT_SET is not set'],
		['an empty variable', { env: 'EMPTY' }, 'is empty'],
		['a missing file', { file: 'nowhere' }, 'nowhere does not exist'],
		['a folder', { file: '.' }, 'is a folder'],
		['an empty file', { file: 'empty' }, 'is empty'],
		['a file of bytes', { file: 'bytes' }, 'is not UTF-8 text'],
		['a file with a zero', { file: 'zero' }, 'is not text'],
		['a file too large', { file: 'large' }, 'longer than 64 KiB'],
		['an endless file', { file: '/dev/zero' }, 'longer than 64 KiB'],
		[
			'a command that fails',
			{ command: `echo ${VALUE}; echo oh ${VALUE} >&2; exit 3` },
			'exit code 3',
		],
		['a command that is not there', { command: ['no-such-program-here'] }, 'was not found'],
		['a command that a shell does not find', { command: 'no-such-program-here' }, '127'],
		['a command that prints nothing', { command: 'true' }, 'is empty'],
		['a command that prints too much', { command: 'yes' }, 'printed more than 128 KiB'],
		['a command that reads', { command: 'read line && echo "$line"' }, 'exit code 1'],
	])('refuses %s, naming the key and not the value', async (_name, reference, words) => {
		const error = await resolveSecret(reference, surroundings()).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(WizardError);
		if (!(error instanceof WizardError)) return;
		expect(error.fault).toBe('answers');
		expect(error.message).toContain('settings.db_password');
		expect(error.message).toContain(words);
		expect(JSON.stringify(error.facts)).not.toContain(VALUE);
	});

	it('shows what a failed command said, with its output masked', async () => {
		const reference = { command: `echo ${VALUE}; echo denied for ${VALUE} >&2; exit 3` };
		await expect(resolveSecret(reference, surroundings())).rejects.toMatchObject({
			facts: { details: [`denied for ${MASK}`] },
		});
	});

	it('says that a file may not be read', async () => {
		const file = join(folder, 'closed');
		await writeFile(file, VALUE);
		await chmod(file, 0o000);
		if (process.getuid?.() === 0) return;
		await expect(resolveSecret({ file: 'closed' }, surroundings())).rejects.toThrow(
			'may not be read',
		);
	});

	it('does not make up what is to be generated', async () => {
		const promise = resolveSecret({ generate: {} }, surroundings());
		await expect(promise).rejects.toMatchObject({ fault: 'internal' });
	});
});

/** Waits until the processes whose ids were printed have ended (a zombie has). */
async function untilEnded(printed: Buffer | string): Promise<void> {
	for (const pid of String(printed).trim().split(/\s+/).map(Number))
		await waitFor(`process ${pid} to end`, () => processBirth(pid) === undefined);
}

describe('runSecretCommand', () => {
	it('ends a command that takes too long, with all it started', async () => {
		// The shell and its child never end by themselves; each holds the pipe.
		const argv = ['sh', '-c', 'sleep 600 & echo $! $$; wait'];
		const options = { cwd: folder, environment: process.env, limit: 500 };
		const { stdout, failure } = await runSecretCommand(argv, options);
		expect(failure).toBe('took longer than 0.5 s');
		await untilEnded(stdout);
	});

	it('ends when it is told to', async () => {
		const stop = new AbortController();
		const running = runSecretCommand(['sh', '-c', 'echo $$ >started; exec sleep 600'], {
			cwd: folder,
			environment: process.env,
			signal: stop.signal,
		});
		const pid = await waitFor(
			'the command to start',
			async () => (await readFile(join(folder, 'started'), 'utf8').catch(() => '')) || undefined,
		);
		stop.abort();
		expect((await running).failure).toBe('was interrupted');
		await untilEnded(pid);
	});
});

describe('generatePassword', () => {
	it('has the length asked for, starts with a letter, and keeps to what all can take', () => {
		for (const length of [16, 32, 128]) {
			for (let i = 0; i < 200; i++) {
				expect(generatePassword(length)).toMatch(
					new RegExp(`^[A-Za-z][A-Za-z0-9_-]{${length - 1}}$`),
				);
			}
		}
		expect(generatePassword()).toHaveLength(32);
	});

	it('uses every character, and no two are the same', () => {
		const many = Array.from({ length: 500 }, () => generatePassword());
		expect(new Set(many).size).toBe(500);
		expect(new Set(many.join('')).size).toBe(64);
	});

	it.each([15, 129, 20.5, Number.NaN])('refuses a length of %s', (length) => {
		expect(() => generatePassword(length)).toThrow(/cannot be generated/);
	});
});
