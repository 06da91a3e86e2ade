import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireRealVault } from '../../helpers/test-vault.ts';
import { getKeyFilePath } from './file-ports.ts';
import { createCustodian } from './test-custodians.ts';
import { createScene, type TestScene } from './test-scene.ts';

const real = await requireRealVault('verifying every share');

/** Holds in every test: shares are never submitted to an unsealed Vault. */
const unsealings = (at: TestScene) =>
	at.proxy.log.filter(({ path }) => path === 'sys/unseal').length;

describe.runIf(real)('five custodians with a threshold of two, on a real Vault', () => {
	it('verifies all five shares before it removes the key file, and sends no share to unseal', async () => {
		const people = await Promise.all(['Ann', 'Ben', 'Cem', 'Dan', 'Eve'].map(createCustodian));
		const at = await createScene({ kind: 'real', people });
		try {
			let provenAtRemoval: readonly string[] | undefined;
			let dryRuns = 0;
			at.hook = (when, what) => {
				if (when === 'before' && what === 'remove') provenAtRemoval = at.record()?.proven;
			};
			at.proxy.answered = ({ path, status }) => {
				const counted = at.record()?.committedAt !== undefined;
				if (counted && path === 'sys/rekey/update' && status === 200) dryRuns += 1;
			};
			const record = await at.run();
			expect(provenAtRemoval).toEqual(['Ann', 'Ben', 'Cem', 'Dan', 'Eve']);
			// (1,2) (3,4) (5,1)
			expect(dryRuns).toBe(6);
			expect(unsealings(at)).toBe(0);
			const after = join(at.folder, record.backupAfter?.key ?? '');
			const shares = await at.newShares();
			expect(await at.opens(after, [shares[4] ?? '', shares[0] ?? ''])).toBe(true);
		} finally {
			await at.end();
		}
	});

	it('finds one wrong share of five before it removes the key file (its verification is altered)', async () => {
		const people = await Promise.all(['Ann', 'Ben', 'Cem', 'Dan', 'Eve'].map(createCustodian));
		const at = await createScene({ kind: 'real', people });
		try {
			let given = 0;
			at.proxy.rule = (one) => {
				if (one.path !== 'sys/rekey/update' || at.record()?.committedAt === undefined)
					return 'pass';
				given += 1;
				// The share of the last custodian, in the third dry run.
				return given === 5
					? { send: (body) => body.replace(/"key":"..../, '"key":"0000') }
					: 'pass';
			};
			const { text } = await at.fails();
			expect(text).toContain(
				'Vault rejected the key shares of Eve, Ann. The key file was not removed',
			);
			expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
		} finally {
			await at.end();
		}
	});
});
