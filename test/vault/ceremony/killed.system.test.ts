import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { requireReal } from '../../helpers/vaults.ts';
import { latest } from './ground.ts';
import { writePeople } from './people.ts';
import { blindRetries, type Fate, type Passed } from './proxy.ts';
import { type Scene, scene } from './scene.ts';

const real = await requireReal('a killed rekey process');
const PROGRAM = fileURLToPath(new URL('./run-once.ts', import.meta.url));
// Containers may not permit strace.
const traces = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
let at: Scene;
afterEach(() => at?.end());

interface Ended {
	code: number | null;
	signal: NodeJS.Signals | null;
	errors: string;
}

/** The ceremony in a process of its own; `kill` ends that process from outside. */
function inProcess(mode: 'kill' | 'live', before: readonly string[] = []) {
	const node = [process.execPath, PROGRAM, at.folder, at.vault.folder, String(at.proxy.port), mode];
	const [command = '', ...argv] = [...before, ...node];
	const env = {
		PATH: process.env.PATH,
		RUN_TOKEN: at.token,
		NODE_COMPILE_CACHE: join(tmpdir(), 'ceremony-compiled'),
	};
	const child = spawn(command, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
	let errors = '';
	child.stderr.on('data', (piece) => {
		errors += piece;
	});
	const ended = new Promise<Ended>((resolve) =>
		child.once('close', (code, signal) => resolve({ code, signal, errors })),
	);
	return { ended, kill: () => child.kill('SIGKILL') };
}

const grounds = [
	['real Vault', { kind: 'real' as const }, real],
	['emulated Vault 0.8', { kind: 'stand-in' as const, like: '0.8.2' as const }, true],
] as const;

describe.each(grounds)('the process that runs the rekey, on %s', (_vault, ground, there) => {
	it.runIf(there)(
		'resumes to completion when killed after each write and around each changing request',
		async () => {
			at = await scene(ground);
			writePeople(at.folder, at.custodians);
			const met = new Set<string>();
			const opened: string[] = [];
			let running = inProcess('kill');
			const killedAt = async (when: string, one: Passed) => {
				const point = `${when} ${latest(at.record())}: ${one.method} ${one.path}`;
				if (!one.changes || met.has(point)) return false;
				met.add(point);
				running.kill();
				await running.ended;
				return true;
			};
			at.proxy.rule = async (one): Promise<Fate> =>
				(await killedAt('before', one)) ? 'drop' : 'pass';
			at.proxy.answered = async (one) => {
				await killedAt('after', one);
			};
			let kills = 0;
			for (;;) {
				const { code, signal, errors } = await running.ended;
				if (code === 0) break;
				expect(signal, errors).toBe('SIGKILL');
				kills += 1;
				expect(kills).toBeLessThan(150);
				opened.push(await at.openedBy());
				running = inProcess('kill');
			}
			const points = readFileSync(join(at.folder, 'points'), 'utf8').trim().split('\n');
			expect(points.filter((point) => point.startsWith('after record')).length).toBeGreaterThan(15);
			expect(kills).toBe(points.length + met.size);
			expect(opened).not.toContain('nothing');
			expect(opened).toContain('old');
			expect(opened).toContain('new');
			expect(at.record()?.proven).toEqual(['Ann', 'Ben', 'Cem']);
			expect(await at.whoOpens(join(at.folder, at.record()?.backupAfter?.key ?? ''))).toBe('new');
			expect(await at.whoOpens(join(at.folder, at.record()?.backupBefore?.key ?? ''))).toBe('old');
			expect(blindRetries(at.proxy.log)).toEqual([]);
		},
	);
});

describe.runIf(real)('the process that runs the rekey, traced, on a real Vault', () => {
	it.runIf(traces)(
		'has both copies of shares and record on disk before it sends the last share for verification',
		async () => {
			at = await scene({ kind: 'real' });
			writePeople(at.folder, at.custodians);
			const trace = join(at.folder, 'trace');
			const calls = 'trace=fsync,rename,write,writev,sendto';
			const strace = ['strace', '-f', '-y', '-s', '48', '-e', calls, '-o', trace];
			expect(await inProcess('live', strace).ended).toMatchObject({ code: 0 });
			const lines = readFileSync(trace, 'utf8').split('\n');
			const proofs = lines.flatMap((line, number) =>
				/(write|writev|sendto)\(.*PUT \/v1\/sys\/rekey\/verify/.test(line) ? [number] : [],
			);
			expect(proofs).toHaveLength(2);
			const before = lines.slice(0, proofs.at(-1));
			const { kept = [], escrow } = at.record() ?? {};
			expect(kept).toHaveLength(3);
			for (const { name } of [...kept, ...(escrow === undefined ? [] : [escrow])])
				for (const place of ['here', 'there'])
					expect(
						before.some((line) => line.includes(`/${place}/${name}>`) && /fsync\(/.test(line)),
					).toBe(true);
			// The record that says they may be committed from now on: between the last two shares.
			const between = lines.slice(proofs[0], proofs[1]);
			expect(between.some((line) => /fsync\(.*ceremony\.json\.new>/.test(line))).toBe(true);
			expect(between.some((line) => /rename\(.*ceremony\.json/.test(line))).toBe(true);
		},
	);
});
