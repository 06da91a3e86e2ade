import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRestartBlockReason } from '../../../source/vault/ceremony/ceremony-record.ts';
import { requireRealVault } from '../../helpers/test-vault.ts';
import { copyStorage } from './file-ports.ts';
import { findBlindRetries } from './recording-proxy.ts';
import { createScene, type TestScene } from './test-scene.ts';

const real = await requireRealVault('partial commits');

const proofs = (at: TestScene) =>
	at.proxy.log.filter(({ method, path }) => method === 'PUT' && path === 'sys/rekey/verify').length;

describe.runIf(real)('a response that comes too late, with a real Vault', () => {
	it('row 18: checks Vault when the response to the last share comes too late', async () => {
		const timeoutMs = 5000;
		const at = await createScene({ kind: 'real', timeoutMs });
		try {
			let late = 0;
			at.proxy.answered = async ({ method, path }, givenUp) => {
				if (method !== 'PUT' || path !== 'sys/rekey/verify' || proofs(at) !== 2) return;
				late += 1;
				await givenUp;
			};
			const record = await at.run();
			expect(late).toBe(1);
			expect(proofs(at)).toBe(2);
			expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
			expect(findBlindRetries(at.proxy.log)).toEqual([]);
		} finally {
			await at.end();
		}
	});
});

describe.runIf(real)('a disk of Vault that fails during the commit, with a real Vault', () => {
	it('row 19: reports a half-written commit, retains the first backup, and commits once there is space', async () => {
		const at = await createScene({ kind: 'real' });
		try {
			const keyring = join(at.vault.folder, 'core', '_keyring');
			at.proxy.rule = (one) => {
				if (
					one.path !== 'sys/rekey/verify' ||
					one.method !== 'PUT' ||
					existsSync(`${keyring}.away`)
				)
					return 'pass';
				// A directory in its place: the write before it succeeds, this one cannot.
				renameSync(keyring, `${keyring}.away`);
				mkdirSync(keyring);
				return 'pass';
			};
			const { text } = await at.fails();
			expect(text).toContain('Do not restart or seal it');
			expect(text).toContain(at.record()?.backupBefore?.key);
			expect(findRestartBlockReason(at.record())).toContain('may already be committed');
			const half = join(at.folder, 'half');
			copyStorage(at.vault.folder, half);
			rmdirSync(join(half, 'core', '_keyring'));
			renameSync(join(half, 'core', '_keyring.away'), join(half, 'core', '_keyring'));
			expect(await at.opens(half, [at.oldKey])).toBe(false);
			expect(await at.opens(half, (await at.newShares()).slice(0, 2))).toBe(false);
			const before = at.record()?.backupBefore?.key ?? '';
			expect(await at.whoOpens(join(at.folder, before))).toBe('old');
			// Again without space, hours later: the first backup is not replaced by a useless one.
			const { text: again } = await at.fails({}, { now: () => '2099-01-01T00:00:00.000Z' });
			expect(again).toContain('Do not restart or seal it');
			expect(at.record()?.backupBefore?.key).toBe(before);
			at.proxy.rule = () => 'pass';
			rmdirSync(keyring);
			renameSync(`${keyring}.away`, keyring);
			const record = await at.run();
			expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
			expect(await at.openedBy()).toBe('new');
			expect(findBlindRetries(at.proxy.log)).toEqual([]);
		} finally {
			await at.end();
		}
	});

	it('row 19: trusts no key and restarts nothing when a half-written rekey was also cancelled', async () => {
		const at = await createScene({ kind: 'real' });
		try {
			const keyring = join(at.vault.folder, 'core', '_keyring');
			at.proxy.rule = (one) => {
				if (
					one.path === 'sys/rekey/verify' &&
					one.method === 'PUT' &&
					!existsSync(`${keyring}.away`)
				) {
					renameSync(keyring, `${keyring}.away`);
					mkdirSync(keyring);
				}
				return 'pass';
			};
			await at.fails();
			await at.vault.api('DELETE', 'sys/rekey/init', { nonce: at.record()?.rekey?.nonce });
			const before = at.record()?.backupBefore?.key;
			for (let run = 1; run <= 2; run += 1) {
				const { text } = await at.fails({}, { now: () => '2099-01-01T00:00:00.000Z' });
				expect(text).toContain('Do not restart or seal it');
				expect(at.record()?.backupBefore?.key).toBe(before);
				expect(findRestartBlockReason(at.record())).toContain('may already be committed');
			}
		} finally {
			await at.end();
		}
	});
});
