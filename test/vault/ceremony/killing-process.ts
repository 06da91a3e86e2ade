import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { describeStage } from './file-ports.ts';
import { findBlindRetries, type RecordedRequest, type RequestFate } from './recording-proxy.ts';
import { writeCustodians } from './test-custodians.ts';
import { createScene, type TestScene } from './test-scene.ts';

const PROGRAM = fileURLToPath(new URL('./run-until-new-point.ts', import.meta.url));

interface Ended {
	code: number | null;
	signal: NodeJS.Signals | null;
	errors: string;
}

/**
 * The ceremony in a process of its own; `kill` ends that process from outside.
 *
 * @param mode `kill`: it ends itself after each write; `few`: after each kind of write.
 */
export function inProcess(
	at: TestScene,
	mode: 'kill' | 'few' | 'live',
	before: readonly string[] = [],
) {
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

const grounds = (real: boolean) =>
	[
		['real Vault', { kind: 'real' as const }, real],
		['the stand-in as 0.8', { kind: 'stand-in' as const, like: '0.8.2' as const }, true],
	] as const;

/** A request of the rekey itself, and not of the dry run before it. */
const isOfRekey = (at: TestScene, { path }: RecordedRequest) =>
	at.record()?.rekey !== undefined && /rekey\/(update|verify)$/.test(path);

/** Kills the process at every point, or at a few. */
export function describeKilled(real: boolean, mode: 'kill' | 'few'): void {
	const few = mode === 'few';
	let at: TestScene;
	afterEach(() => at?.end());

	describe.each(grounds(real))(
		'the process that leads the rekey, on %s',
		(_vault, ground, there) => {
			it.runIf(there)(
				few
					? 'completes the rekey when killed after each kind of write, and before and after each request of the rekey'
					: 'completes the rekey when killed after each write, and before and after each request that changes something',
				async () => {
					at = await createScene(ground);
					writeCustodians(at.folder, at.custodians);
					const met = new Set<string>();
					const opened: string[] = [];
					let running = inProcess(at, mode);
					const killedAt = async (when: string, one: RecordedRequest) => {
						const where = few ? '' : describeStage(at.record());
						const point = `${when} ${where}: ${one.method} ${one.path}`;
						if (!one.changes || (few && !isOfRekey(at, one)) || met.has(point)) return false;
						met.add(point);
						running.kill();
						await running.ended;
						return true;
					};
					at.proxy.rule = async (one): Promise<RequestFate> =>
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
						running = inProcess(at, mode);
					}
					const points = readFileSync(join(at.folder, 'points'), 'utf8').trim().split('\n');
					expect(points.filter((point) => point.startsWith('after record')).length).toBeGreaterThan(
						few ? 0 : 15,
					);
					expect(kills).toBe(points.length + met.size);
					expect(opened).not.toContain('nothing');
					expect(opened).toContain('old');
					expect(opened).toContain('new');
					expect(at.record()?.proven).toEqual(['Ann', 'Ben', 'Cem']);
					expect(await at.whoOpens(join(at.folder, at.record()?.backupAfter?.key ?? ''))).toBe(
						'new',
					);
					expect(await at.whoOpens(join(at.folder, at.record()?.backupBefore?.key ?? ''))).toBe(
						'old',
					);
					expect(findBlindRetries(at.proxy.log)).toEqual([]);
				},
			);
		},
	);
}
