import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { build } from './helpers/build.ts';
import { cliPath, runWizard, startWizard } from './helpers/run-wizard.ts';
import { readValidAnswers } from './helpers/sample-answers.ts';

const folder = createTemporaryDirectory();

function fifo(name: string): string {
	const path = join(folder, name);
	execFileSync('mkfifo', [path]);
	return path;
}

/** Resolves when the process has opened the pipe, which it then reads. */
const opened = (pid: number | undefined, path: string) =>
	waitFor(`process ${pid} to open ${path}`, () =>
		// ls fails if another descriptor is closed while it lists them, but still prints the rest.
		spawnSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' }).stdout.includes(path),
	);

/** Runs with a small heap, which an unlimited read would exhaust. */
function inLittleMemory(argv: readonly string[]) {
	return runWizard(argv, { env: { NODE_OPTIONS: '--max-old-space-size=128' } });
}

describe('files given by the operator', () => {
	it.each([
		['import', 2],
		['check', 3],
	])('answers %s refuses /dev/zero at the size limit', async (verb, code) => {
		const ran = await inLittleMemory(['answers', verb, '/dev/zero']);
		expect(ran).toMatchObject({ code, signal: null });
		expect(ran.err).toContain('/dev/zero');
		expect(ran.err).toContain('larger than 1 MiB');
	});

	it.each(['import', 'check'])(
		'answers %s ends with 130 on ctrl-c while it reads a named pipe',
		async (verb) => {
			const path = fifo(`silent-${verb}`);
			const run = await startWizard(['answers', verb, path]);
			await opened(run.child.pid, path);
			run.child.kill('SIGINT');
			const ended = await run.result;
			expect(ended).toMatchObject({ code: 130, signal: null });
			expect(ended.err).toContain(`${path} was interrupted.`);
		},
	);

	it('install --answers ends with 130 on ctrl-c while it reads a named pipe', async () => {
		const path = fifo('silent-install');
		const home = createTemporaryDirectory();
		const run = await startWizard(['install', '--answers', path, '--home', home]);
		await opened(run.child.pid, path);
		run.child.kill('SIGINT');
		expect(await run.result).toMatchObject({ code: 130, signal: null });
		expect(readdirSync(home)).toEqual([]);
	});

	it('answers check reads a process substitution', async () => {
		await build();
		const path = join(folder, 'good.yaml');
		writeFileSync(path, readValidAnswers());
		const script = `'${process.execPath}' '${cliPath}' answers check --skip-local-checks <(cat '${path}')`;
		const out = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
		expect(out).toContain('is complete');
	});

	it.each(['pipe', 'socket'])('answers check reads standard input that is a %s', async (kind) => {
		await build();
		const path = join(folder, `stdin-${kind}.yaml`);
		writeFileSync(path, readValidAnswers());
		if (kind === 'pipe') {
			const script = `cat '${path}' | '${process.execPath}' '${cliPath}' answers check --skip-local-checks /dev/stdin`;
			expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toContain('is complete');
			return;
		}
		// Node passes a socket to its children where a shell passes a pipe.
		const child = spawn(process.execPath, [
			cliPath,
			'answers',
			'check',
			'--skip-local-checks',
			'/dev/stdin',
		]);
		let out = '';
		child.stdout.on('data', (text: Buffer) => {
			out += text.toString();
		});
		child.stdin.end(readValidAnswers());
		expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
		expect(out).toContain('is complete');
	});

	it('answers import reports UTF-16 as the encoding', async () => {
		const path = join(folder, 'utf16.tfvars');
		writeFileSync(path, Buffer.from('\ufefffqdn = "a"\n', 'utf16le'));
		const ran = await runWizard(['answers', 'import', path]);
		expect(ran.code).toBe(2);
		expect(ran.err).toContain('is encoded as UTF-16; save it as UTF-8');
	});
});

describe('an invalid home directory', () => {
	const list = (home: string, env: NodeJS.ProcessEnv = {}) =>
		runWizard(['sessions', 'list', '--home', home], { env });
	const noTrace = (ran: { err: string }) => {
		expect(ran.err).not.toMatch(/^\s+at /m);
		expect(ran.err).not.toContain('Internal error');
		expect(ran.err).toContain('next');
	};

	it('below /proc ends the run with a message', async () => {
		const answers = join(folder, 'proc.yaml');
		writeFileSync(answers, readValidAnswers());
		const ran = await runWizard(['install', '--answers', answers, '--home', '/proc/x']);
		expect(ran).toMatchObject({ code: 5, signal: null });
		expect(ran.err).toContain('Could not create the directory /proc/x');
		noTrace(ran);
	});

	it.each([
		['a file', (path: string) => writeFileSync(path, ''), 'is a file, not a directory'],
		['a named pipe', (path: string) => execFileSync('mkfifo', [path]), 'is a named pipe'],
	])('that is %s ends the run with a message', async (name, make, words) => {
		const path = join(folder, `home ${name}`);
		make(path);
		const ran = await list(path);
		expect(ran.code).toBe(2);
		expect(ran.err).toContain(words);
		noTrace(ran);
	});

	it('with an empty or too long path ends the run with a message', async () => {
		const empty = await list('');
		expect(empty.code).toBe(2);
		expect(empty.err).toContain('The home directory (--home) is empty.');
		const long = await list(`/${'x/'.repeat(3_000)}`);
		expect(long.code).toBe(2);
		expect(long.err).toContain('longer than the system allows');
		noTrace(long);
	});

	it('from the environment ends the run with a message', async () => {
		const path = join(folder, 'home-of-environment');
		writeFileSync(path, '');
		const ran = await runWizard(['sessions', 'list'], { env: { TFE_WIZARD_HOME: path } });
		expect(ran.code).toBe(2);
		expect(ran.err).toContain('is a file, not a directory');
	});

	it('with a named pipe as the journal ends the run with a message', async () => {
		const home = join(folder, 'piped');
		mkdirSync(join(home, 'sessions', 'default'), { recursive: true });
		execFileSync('mkfifo', [join(home, 'sessions', 'default', 'journal.jsonl')]);
		const answers = join(folder, 'piped.yaml');
		writeFileSync(answers, readValidAnswers());
		const ran = await runWizard(['install', '--answers', answers, '--home', home]);
		expect(ran).toMatchObject({ code: 6, signal: null });
		expect(ran.err).toContain('is a named pipe, not a file');
		noTrace(ran);
	});

	it('does not stop the program when it is only the cache directory', async () => {
		const ran = await runWizard(['answers', 'template'], { env: { XDG_CACHE_HOME: '/proc/x' } });
		expect(ran).toMatchObject({ code: 0, signal: null, err: '' });
	});
});

it('ends on SIGTERM while a silent writer keeps its pipe open', async () => {
	const path = fifo('held');
	const run = await startWizard(['answers', 'check', path]);
	await opened(run.child.pid, path);
	const writer = openSync(path, 'w');
	run.child.kill('SIGTERM');
	expect(await run.result).toMatchObject({ code: 130, signal: null });
	closeSync(writer);
});

describe('a directory for temporary files that is not usable', () => {
	it.each([
		['install', ['--answers', '/dev/null']],
		['preflight', ['--answers', '/dev/null']],
		['practice', []],
		['wizard', ['--lines']],
	])('ends %s with a message', async (command, argv) => {
		for (const [name, words] of [
			['missing', 'does not exist'],
			['file', 'is a file'],
		] as const) {
			const path = join(folder, `tmp-${name}`);
			if (name === 'file') writeFileSync(path, '');
			const home = createTemporaryDirectory();
			const env = { TMPDIR: path };
			const ran = await runWizard([command, ...argv, '--home', home], { env });
			expect(ran.code).toBe(2);
			expect(ran.err + ran.out).toContain(`TMPDIR=${path} ${words}`);
			expect(ran.err + ran.out).not.toMatch(/^\s+at /m);
			expect(readdirSync(home)).toEqual([]);
		}
	});
});

it.runIf(process.getuid?.() === 0)(
	'a user without a home directory can set one with --home',
	async () => {
		await build();
		const home = createTemporaryDirectory();
		chmodSync(home, 0o755);
		// The capability lets the user run a program in a private directory of root.
		const caps = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
		const as = ['--reuid=54321', '--regid=54321', '--clear-groups', ...caps, 'env', '-u', 'HOME'];
		const out = execFileSync(
			'setpriv',
			[...as, process.execPath, cliPath, 'sessions', 'list', '--home', home],
			{ encoding: 'utf8' },
		);
		expect(out).toContain(`No sessions in ${home} yet`);
	},
);
