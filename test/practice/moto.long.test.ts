import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import { endProcessGroup } from '../../source/practice/background-process.ts';
import { fetchStatus } from '../../source/practice/loopback.ts';
import { type MotoRecord, reattachMoto, startMoto } from '../../source/practice/moto-server.ts';
import { seedPracticeCloud } from '../../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';

const run = promisify(execFile);
const folder = createDirectoryForEachTest();
let record: MotoRecord | undefined;

beforeEach(async () => {
	record = undefined;
});

afterEach(async () => {
	if (record !== undefined) await endProcessGroup(record.pid, record.startedAt);
});

function start() {
	return startMoto({
		cacheDir: join(folder, 'cache'),
		logPath: join(folder, 'moto.log'),
		onProcess: (started) => {
			record = started;
		},
	});
}

/** The processes of the group according to ps. */
async function groupOf(pid: number): Promise<string[]> {
	const { stdout } = await run('ps', ['-eo', 'pgid=,stat=,args=']);
	const lines = stdout.split('\n').map((line) => line.trim());
	return lines.filter((line) => line.startsWith(`${pid} `) && !/^\d+ Z/.test(line));
}

describe('a real moto server', () => {
	it('starts, is reattached by its record, and stops without leaving a process', async () => {
		const moto = await start();
		expect(await groupOf(moto.pid)).not.toEqual([]);

		const written = JSON.parse(JSON.stringify(moto)) as MotoRecord;
		expect(Object.keys(written)).toEqual(
			expect.arrayContaining(['endpoint', 'port', 'pid', 'startedAt', 'logPath', 'how']),
		);
		const adopted = await reattachMoto(written);
		expect(adopted).toMatchObject(written);
		expect(await reattachMoto({ ...written, startedAt: 'another boot:1' })).toBeUndefined();
		// A running process that is not moto.
		expect(await reattachMoto({ ...written, endpoint: 'http://127.0.0.1:1' })).toBeUndefined();

		await adopted?.stop();
		expect(await groupOf(moto.pid)).toEqual([]);
		expect(await fetchStatus(`${moto.endpoint}/moto-api/`)).toBeUndefined();
		expect(await reattachMoto(written)).toBeUndefined();
		await moto.stop();
	});

	it('survives kill -9 of the process that started it, with its data', async () => {
		const logPath = join(folder, 'moto.log');
		const module = new URL('../../source/practice/moto-server.ts', import.meta.url).href;
		const script = `
			import { startMoto } from ${JSON.stringify(module)};
			const moto = await startMoto(${JSON.stringify({ cacheDir: folder, logPath })});
			process.stdout.write(JSON.stringify(moto), () => process.kill(process.pid, 'SIGKILL'));
			setInterval(() => {}, 1000);
		`;
		const killed = await run(process.execPath, ['--input-type=module', '-e', script]).catch(
			(error: { signal: string; stdout: string }) => error,
		);
		expect(killed).toMatchObject({ signal: 'SIGKILL' });
		record = JSON.parse(killed.stdout) as MotoRecord;

		const moto = await reattachMoto(record);
		expect(moto).toBeDefined();
		await moto?.stop();
		expect(getProcessStartTime(record.pid)).toBeUndefined();
	});

	it('gives the same result when seeded twice', async () => {
		const moto = await start();
		const first = await seedPracticeCloud(moto.endpoint, 'eu-west-1');
		expect(first).toMatchObject({
			account: expect.stringMatching(/^\d{12}$/),
			certificateArn: expect.stringMatching(/^arn:aws:acm:eu-west-1:\d{12}:certificate\/./),
			zoneId: expect.stringMatching(/^[A-Z0-9]+$/),
			amiId: expect.stringMatching(/^ami-[0-9a-f]+$/),
		});
		expect(await seedPracticeCloud(moto.endpoint, 'eu-west-1')).toEqual(first);
	});

	it('runs beside a second one on a different port', async () => {
		const one = await start();
		const other = await start();
		try {
			expect(other.port).not.toBe(one.port);
			expect(await reattachMoto(one)).toBeDefined();
		} finally {
			await one.stop();
		}
		expect(await reattachMoto(other)).toBeDefined();
		await other.stop();
	});
});
