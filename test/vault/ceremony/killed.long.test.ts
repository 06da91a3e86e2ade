import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeKilled, inProcess } from './killing-process.ts';
import { writeCustodians } from './test-custodians.ts';
import { createScene, type TestScene } from './test-scene.ts';

const real = await requireRealVault('a rekey whose process is killed at every point');
// Containers may forbid it.
const traces = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
let at: TestScene;
afterEach(() => at?.end());

describeKilled(real, 'kill');

describe.runIf(real)('the process that leads the rekey, traced, on real Vault', () => {
	it.runIf(traces)(
		'stores the key shares and the record in both places before it sends the last verification',
		async () => {
			at = await createScene({ kind: 'real' });
			writeCustodians(at.folder, at.custodians);
			const trace = join(at.folder, 'trace');
			const calls = 'trace=fsync,rename,write,writev,sendto';
			const strace = ['strace', '-f', '-y', '-s', '48', '-e', calls, '-o', trace];
			expect(await inProcess(at, 'live', strace).ended).toMatchObject({ code: 0 });
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
			// The record that says that they may count from now on: between the two proofs.
			const between = lines.slice(proofs[0], proofs[1]);
			expect(between.some((line) => /fsync\(.*ceremony\.json\.new>/.test(line))).toBe(true);
			expect(between.some((line) => /rename\(.*ceremony\.json/.test(line))).toBe(true);
		},
	);
});
