import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
	enableSecretCommandCache,
	generatePassword,
	resolveSecret,
	runSecretCommand,
} from '../../../source/engine/answers/resolve-secret-reference.ts';
import {
	buildChildEnvironment,
	excludeFromChildEnvironments,
} from '../../../source/engine/child-environment.ts';
import { WizardError } from '../../../source/engine/errors.ts';
import { SECRET_MASK, SecretRegistry } from '../../../source/engine/secret-registry.ts';
import { formatWaitingEvent, reportLongWaits } from '../../../source/engine/wait-registry.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const VALUE = 'hunter2-hunter2';
const folder = createTemporaryDirectory();

beforeAll(async () => {
	await writeFile(join(folder, 'plain'), `${VALUE}\n`);
	await writeFile(join(folder, 'windows'), `${VALUE}\r\n`);
	await writeFile(join(folder, 'lines'), 'first\nsecond\n\n');
	await writeFile(join(folder, 'empty'), ' \n');
	await writeFile(join(folder, 'bytes'), Buffer.from([0x68, 0xff, 0xfe]));
	await writeFile(join(folder, 'zero'), 'abcd\0efgh');
	await writeFile(join(folder, 'large'), 'x'.repeat(64 * 1024 + 1));
});

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

describe('the command of a secret', () => {
	const reference = { command: `echo run >> runs; test ! -e broken && echo ${VALUE}` };
	const runs = () => readFileSync(join(folder, 'runs'), 'utf8').split('\n').length - 1;
	const ask = (registry: SecretRegistry) => resolveSecret(reference, surroundings({ registry }));
	afterEach(() =>
		Promise.all(['runs', 'broken'].map((name) => rm(join(folder, name), { force: true }))),
	);

	it('runs once per unattended run, and again after a failure', async () => {
		const registry = new SecretRegistry();
		enableSecretCommandCache(registry);
		await writeFile(join(folder, 'broken'), '');
		await expect(ask(registry)).rejects.toThrow('settings.db_password');
		await rm(join(folder, 'broken'));
		const values = [await ask(registry), ...(await Promise.all([ask(registry), ask(registry)]))];
		expect(values).toEqual([VALUE, VALUE, VALUE]);
		expect(runs()).toBe(2);
	});

	it('runs each time in the wizard', async () => {
		const registry = new SecretRegistry();
		for (let check = 0; check < 2; check += 1) await ask(registry);
		expect(runs()).toBe(2);
	});
});

describe('resolveSecret', () => {
	it.each([
		['env', { env: 'TFE_DB_PASSWORD' }, VALUE],
		['file', { file: 'plain' }, VALUE],
		['a file with Windows line endings', { file: './windows' }, VALUE],
		[
			'a file with several lines, without the last line break',
			{ file: 'lines' },
			'first\nsecond\n',
		],
		['a command for the shell', { command: 'cat plain | tr -d x' }, VALUE],
		[
			'a list of program and arguments',
			{ command: ['printf', '%s', `${VALUE}; $HOME`] },
			`${VALUE}; $HOME`,
		],
		['a command that reads the environment', { command: 'echo "$TFE_DB_PASSWORD"' }, VALUE],
	])('resolves %s and registers the value', async (_name, reference, value) => {
		const around = surroundings();
		expect(await resolveSecret(reference, around)).toBe(value);
		expect(around.registry.mask(`<${value}>`)).toBe(`<${SECRET_MASK}>`);
	});

	it.each([
		['a literal', VALUE, 'is a secret'],
		['an unset variable', { env: 'NOT_SET' }, 'variable NOT_SET is not set'],
		['an empty variable', { env: 'EMPTY' }, 'is empty'],
		['a missing file', { file: 'nowhere' }, 'nowhere does not exist'],
		['a directory', { file: '.' }, 'is a directory'],
		['an empty file', { file: 'empty' }, 'is empty'],
		['a file that is not UTF-8', { file: 'bytes' }, 'contains bytes that are not valid UTF-8'],
		['a file with a null byte', { file: 'zero' }, 'is not text'],
		['a file that is too large', { file: 'large' }, 'larger than 64 KiB'],
		['an endless file', { file: '/dev/zero' }, 'larger than 64 KiB'],
		[
			'a command that fails',
			{ command: `echo ${VALUE}; echo oh ${VALUE} >&2; exit 3` },
			'exited with status 3',
		],
		['a command that does not exist', { command: ['no-such-program-here'] }, 'was not found'],
		['a command that the shell does not find', { command: 'no-such-program-here' }, '127'],
		['a command that prints nothing', { command: 'true' }, 'is empty'],
		['a command that prints too much', { command: 'yes' }, 'printed more than 128 KiB'],
		[
			'a command that reads standard input',
			{ command: 'read line && echo "$line"' },
			'exited with status 1',
		],
	])('rejects %s and names the key, not the value', async (_name, reference, words) => {
		const error = await resolveSecret(reference, surroundings()).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(WizardError);
		if (!(error instanceof WizardError)) return;
		expect(error.fault).toBe('answers');
		expect(error.message).toContain('settings.db_password');
		expect(error.message).toContain(words);
		expect(JSON.stringify(error.facts)).not.toContain(VALUE);
	});

	it('shows the error output of a failed command with the secret masked', async () => {
		const reference = { command: `echo ${VALUE}; echo denied for ${VALUE} >&2; exit 3` };
		await expect(resolveSecret(reference, surroundings())).rejects.toMatchObject({
			facts: { details: [`| denied for ${SECRET_MASK}`] },
		});
	});

	it('reports a file without read permission', async () => {
		const file = join(folder, 'closed');
		await writeFile(file, VALUE);
		await chmod(file, 0o000);
		if (process.getuid?.() === 0) return;
		await expect(resolveSecret({ file: 'closed' }, surroundings())).rejects.toThrow(
			'is not accessible',
		);
	});

	it('rejects a reference of the form generate', async () => {
		const promise = resolveSecret({ generate: {} }, surroundings());
		await expect(promise).rejects.toMatchObject({ fault: 'internal' });
	});
});

describe('the environment of a secret command', () => {
	const own = {
		PATH: process.env.PATH,
		OTHER_PASSWORD: VALUE,
		OPERATORS_OWN: 'arrives',
		VAULT_TOKEN: 'canary-token',
		VAULT_ADDR: 'http://127.0.0.1:1',
	};
	beforeAll(() => excludeFromChildEnvironments(['OTHER_PASSWORD']));
	/** What the command prints about its environment. */
	const seen = (command: string | string[]) =>
		resolveSecret({ command }, surroundings({ environment: own }));

	it('does not contain the variable of another secret', async () => {
		expect(await seen('echo "[$OTHER_PASSWORD][$OPERATORS_OWN]"')).toBe('[][arrives]');
		expect(await seen(['sh', '-c', 'env | grep -c "^OTHER_" || true'])).toBe('0');
	});

	it('contains Vault variables only when the command runs Vault by name', async () => {
		const bin = join(folder, 'bin');
		await mkdir(bin, { recursive: true });
		await writeFile(join(bin, 'vault'), '#!/bin/sh\necho "$1 $VAULT_ADDR $VAULT_TOKEN"\n', {
			mode: 0o755,
		});
		const whole = 'kv http://127.0.0.1:1 canary-token';
		expect(await seen([join(bin, 'vault'), 'kv'])).toBe(whole);
		expect(await seen(`cd / && ${bin}/vault kv | cat`)).toBe(whole);
		expect(await seen('echo "none:$VAULT_TOKEN$VAULT_ADDR"')).toBe('none:');
		expect(await seen(['sh', '-c', 'echo "none:$VAULT_TOKEN"', 'vault'])).toBe('none:');
	});
});

/** A signal that is aborted shortly after the operation has started. */
function abortedSoon(): AbortSignal {
	const stop = new AbortController();
	setImmediate(() => setImmediate(() => stop.abort()));
	return stop.signal;
}

/** Ids of running processes whose environment has the mark of this test, without zombies. */
function alive(mark: string): string[] {
	return readdirSync('/proc').filter((pid) => {
		if (!/^\d+$/.test(pid)) return false;
		try {
			return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`MARK=${mark}`);
		} catch {
			return false;
		}
	});
}

/** Waits until no process with the mark is running; SIGKILL takes effect asynchronously. */
const gone = (mark: string) =>
	waitFor(`the processes of ${mark} to end`, () => alive(mark).length === 0);

describe('runSecretCommand', () => {
	const marked = (mark: string, more: object = {}) => ({
		cwd: folder,
		environment: buildChildEnvironment({
			for: 'operator',
			inherited: process.env,
			add: { MARK: mark },
		}),
		...more,
	});

	it('kills a command that times out and every process it started', async () => {
		const argv = ['sh', '-c', 'sleep 600 & wait'];
		const result = await runSecretCommand(argv, marked('late', { limitMs: 200 }));
		expect(result).toMatchObject({ failure: 'timed out after 0.2 s', stopped: 'timeout' });
		await gone('late');
	});

	it('kills a command that ignores SIGTERM and SIGINT', async () => {
		const argv = ['sh', '-c', "trap '' TERM INT HUP; while :; do sleep 600; done"];
		const result = await runSecretCommand(argv, marked('deaf', { limitMs: 200 }));
		expect(result).toMatchObject({ stopped: 'timeout' });
		await gone('deaf');
	});

	it('does not wait for a child process that keeps the output open', async () => {
		const argv = ['sh', '-c', 'sleep 600 & echo secret'];
		const result = await runSecretCommand(argv, marked('held', { openOutputMs: 200 }));
		expect(result.failure).toBe('exited, but a process it started kept its output open for 0.2 s');
		expect(result.stopped).toBe('timeout');
		await gone('held');
	});

	it('does not wait for a child process that left the process group', async (context) => {
		const argv = ['sh', '-c', 'setsid sleep 600 & echo secret'];
		const result = await runSecretCommand(argv, marked('detached', { openOutputMs: 200 }));
		context.onTestFinished(() => {
			for (const pid of alive('detached')) process.kill(Number(pid), 'SIGKILL');
		});
		expect(result.stopped).toBe('timeout');
	});

	it('ends when its signal is aborted', async () => {
		const result = await runSecretCommand(
			['sleep', '600'],
			marked('aborted', { signal: abortedSoon() }),
		);
		expect(result).toMatchObject({ failure: 'was interrupted', stopped: 'cancelled' });
		await gone('aborted');
	});
});

describe('a secret that is not available yet', () => {
	const pipe = (name: string) => {
		execFileSync('mkfifo', [join(folder, name)]);
		return { file: name };
	};

	it('times out when no process writes to its named pipe', async () => {
		const reference = pipe('silent');
		await expect(resolveSecret(reference, surroundings({ limitMs: 200 }))).rejects.toMatchObject({
			fault: 'timeout',
			exitCode: 8,
			message: `Reading the file of settings.db_password ${join(folder, 'silent')} took longer than 0.2 s.`,
		});
	});

	it('is cancelled by Ctrl-C', async () => {
		const signal = abortedSoon();
		await expect(resolveSecret(pipe('stopped'), surroundings({ signal }))).rejects.toMatchObject({
			fault: 'cancelled',
			exitCode: 130,
		});
		const command = { command: 'sleep 600' };
		const again = abortedSoon();
		await expect(resolveSecret(command, surroundings({ signal: again }))).rejects.toMatchObject({
			fault: 'cancelled',
		});
	});

	it('is named in heartbeats while it is pending', async () => {
		const waits: string[] = [];
		const end = reportLongWaits((event) => waits.push(formatWaitingEvent(event)), {
			firstMs: 10,
			everyMs: 10_000,
		});
		const command = { command: 'sleep 600' };
		await resolveSecret(command, surroundings({ limitMs: 400 })).catch(() => {});
		end();
		expect(waits).toEqual(['Waiting for the command of settings.db_password (0 s, at most 0 s)…']);
	});

	it('is read from a pipe once and then cached', async () => {
		const reference = pipe('written');
		const writer = spawn('sh', ['-c', `printf ${VALUE} > '${join(folder, 'written')}'`]);
		expect(await resolveSecret(reference, surroundings())).toBe(VALUE);
		expect(await resolveSecret(reference, surroundings())).toBe(VALUE);
		writer.kill();
	});

	it('is rejected when its pipe never ends', async () => {
		const reference = pipe('endless');
		const writer = spawn('sh', ['-c', `exec yes > '${join(folder, 'endless')}'`]);
		await expect(resolveSecret(reference, surroundings())).rejects.toMatchObject({
			message: expect.stringContaining('larger than 64 KiB'),
		});
		writer.kill();
	});
});

describe('generatePassword', () => {
	it('returns the requested length, starting with a letter, in the allowed characters', () => {
		for (const length of [16, 32, 128]) {
			for (let i = 0; i < 200; i++) {
				expect(generatePassword(length)).toMatch(
					new RegExp(`^[A-Za-z][A-Za-z0-9_-]{${length - 1}}$`),
				);
			}
		}
		expect(generatePassword()).toHaveLength(32);
	});

	it('uses every character and never repeats a password', () => {
		const many = Array.from({ length: 500 }, () => generatePassword());
		expect(new Set(many).size).toBe(500);
		expect(new Set(many.join('')).size).toBe(64);
	});

	it.each([15, 129, 20.5, Number.NaN])('rejects a length of %s', (length) => {
		expect(() => generatePassword(length)).toThrow(/Cannot generate/);
	});
});
