import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import { listPendingWaits } from '../../source/engine/wait-registry.ts';
import {
	type MotoOptions,
	type MotoRecord,
	reattachMoto,
	startMoto,
} from '../../source/practice/moto-server.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { writeFakePython, writeFakeServer } from './fake-moto.ts';
import { formatPath, writeFakeCommand } from './helpers.ts';

const folder = createDirectoryForEachTest();
let serverLine: string;
let started: MotoRecord[];
const bin = () => join(folder, 'bin');

beforeEach(async () => {
	serverLine = await writeFakeServer(folder);
	started = [];
	// Hides installed programs; each test adds its own.
	for (const name of ['moto_server', 'uvx', 'python3']) {
		await writeFakeCommand(bin(), name, `echo "${name} is broken here" >&2; exit 9`);
	}
});

afterEach(async () => {
	for (const record of started) await (await reattachMoto(record))?.stop();
});

function start(options: Partial<MotoOptions> = {}, environment: NodeJS.ProcessEnv = {}) {
	return startMoto({
		cacheDir: join(folder, 'cache'),
		logPath: join(folder, 'logs', 'moto.log'),
		environment: { PATH: formatPath(bin()), ...environment },
		onProcess: (record) => started.push(record),
		deadlineMs: 120_000,
		...options,
	});
}

describe('finding a moto server, with fake commands on PATH', () => {
	it('prefers the fake one set by TFE_WIZARD_MOTO to the one on PATH', async () => {
		const given = await writeFakeCommand(join(folder, 'given'), 'my-moto', serverLine);
		await writeFakeCommand(bin(), 'moto_server', serverLine);
		const moto = await start({}, { TFE_WIZARD_MOTO: given });
		expect(moto.how).toBe('environment');
	});

	it.each(['', 'no-such-file'])(
		'handles TFE_WIZARD_MOTO=%j as unset or as an error',
		async (name) => {
			await writeFakeCommand(bin(), 'moto_server', serverLine);
			const asked = start({}, { TFE_WIZARD_MOTO: name && join(folder, name) });
			if (name === '') expect((await asked).how).toBe('path');
			else await expect(asked).rejects.toMatchObject({ fault: 'usage' });
		},
	);

	it('tries nothing else when the fake one set by TFE_WIZARD_MOTO fails', async () => {
		await writeFakeCommand(bin(), 'moto_server', serverLine);
		const broken = join(bin(), 'uvx');
		await expect(start({}, { TFE_WIZARD_MOTO: broken })).rejects.toMatchObject({
			fault: 'command',
			message: expect.stringContaining('uvx is broken here'),
		});
	});

	it('falls back to a fake uvx when the moto_server on PATH exits at once', async () => {
		await writeFakeCommand(bin(), 'uvx', `[ "$4" = --help ] && exit 0\nshift 3; ${serverLine}`);
		const told: string[] = [];
		const moto = await start({ progress: (text) => told.push(text) });
		expect(moto.how).toBe('uvx');
		expect(told).toEqual([expect.stringContaining('uvx')]);
	});

	it('reports why each source failed and what to install when none works', async () => {
		const error = await start().catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ fault: 'command', exitCode: 5 });
		const { facts } = error as { facts: { details: string[]; next: string[] } };
		expect(facts.details).toHaveLength(4);
		expect(facts.details.join('\n')).toContain('python3 is broken here');
		expect(facts.next[0]).toBe("pip install 'moto[server]==5.2.*'");
	});
});

describe('the private environment, with a fake python3', () => {
	const asked = async () => (await readFile(join(bin(), 'python.log'), 'utf8')).trim().split('\n');

	it('is created once and reused', async () => {
		await writeFakePython(bin());
		const first = await start();
		expect(first.how).toBe('venv');
		await first.stop();
		expect((await asked()).filter((line) => line.startsWith('-m venv'))).toHaveLength(1);
		await start();
		expect((await asked()).filter((line) => line.startsWith('-m venv'))).toHaveLength(1);
		expect(await readdir(join(folder, 'cache'))).toEqual(['moto-venv']);
	});

	it('is recreated when it is incomplete', async () => {
		await writeFakePython(bin());
		const half = join(folder, 'cache', 'moto-venv');
		await mkdir(join(half, 'bin'), { recursive: true });
		await writeFile(join(half, 'left-over'), '');
		const draft = join(folder, 'cache', 'moto-venv.new-abcdef');
		await mkdir(draft);
		await utimes(draft, 0, 0);
		expect((await start()).how).toBe('venv');
		expect(existsSync(join(half, 'left-over'))).toBe(false);
		expect(await readdir(join(folder, 'cache'))).toEqual(['moto-venv']);
	});

	it('is recreated when it contains another moto version', async () => {
		await writeFakePython(bin(), '4.9.9');
		// The fake never installs the right version, so creation fails after the attempt.
		await start().catch(() => undefined);
		expect((await asked()).filter((line) => line.startsWith('-m venv'))).toHaveLength(1);
	});
});

describe('starting a fake moto_server', () => {
	it('uses another port when the first is no longer free', async () => {
		const tried = join(folder, 'tried');
		await writeFakeCommand(
			bin(),
			'moto_server',
			`echo "$4" >> '${tried}'
[ "$(wc -l < '${tried}')" -eq 1 ] && echo 'Address already in use' && exit 1
${serverLine}`,
		);
		const moto = await start();
		expect(moto.how).toBe('path');
		const [first, second, ...more] = (await readFile(tried, 'utf8')).trim().split('\n');
		expect(second).toBe(String(moto.port));
		expect(second).not.toBe(first);
		expect(more).toEqual([]);
	});

	it('times out when the server never responds, and leaves no process', async () => {
		await writeFakeCommand(bin(), 'moto_server', 'echo thinking; exec sleep 600');
		const error = await start({ deadlineMs: 5_000 }).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ fault: 'timeout', exitCode: 8 });
		expect(error).toMatchObject({ facts: { details: ['thinking'] } });
		expect(getProcessStartTime(started[0]?.pid ?? 0)).toBeUndefined();
	});

	it('stops when cancelled, and leaves no process', async () => {
		const mark = join(folder, 'started');
		await writeFakeCommand(bin(), 'moto_server', `echo x >'${mark}'; exec sleep 600`);
		const cancel = new AbortController();
		const outcome = expect(start({ signal: cancel.signal })).rejects.toMatchObject({
			fault: 'cancelled',
		});
		await waitFor('the fake moto_server to start', () => existsSync(mark));
		cancel.abort();
		await outcome;
		expect(getProcessStartTime(started[0]?.pid ?? 0)).toBeUndefined();
	});

	it('creates a log that only its owner can read', async () => {
		await writeFakeCommand(bin(), 'moto_server', serverLine);
		const { logPath } = await start();
		expect((await stat(logPath)).mode & 0o777).toBe(0o600);
	});
});

describe('a hanging fake command that ignores SIGTERM, with a child that holds its output', () => {
	const pids = () => join(folder, 'pids');
	const running = () =>
		existsSync(pids()) ? readFileSync(pids(), 'utf8').trim().split('\n').map(Number) : [];
	const HANG = () => `trap '' INT TERM HUP
echo $$ >> '${pids()}'
sleep 600 &
echo $! >> '${pids()}'
while :; do wait; done`;

	it.each([
		['uvx', 'uvx --from moto[server]==5.2.* moto_server --help'],
		['python3', expect.stringMatching(/^python3 -m venv /)],
		['moto_server', 'the practice cloud to start'],
	])('%s is named while it runs, and ends with its children on Ctrl-C', async (name, what) => {
		await writeFakeCommand(bin(), name, HANG());
		const stop = new AbortController();
		const asked = expect(start({ signal: stop.signal })).rejects.toMatchObject({
			fault: 'cancelled',
		});
		await waitFor(`the fake ${name} to hang`, () => running().length === 2);
		expect(listPendingWaits()).toEqual([
			expect.objectContaining({ what, limitMs: expect.any(Number) }),
		]);
		stop.abort();
		await asked;
		await waitFor('its processes to end', () =>
			running().every((pid) => getProcessStartTime(pid) === undefined),
		);
	});
});
