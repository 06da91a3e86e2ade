import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { requireRealVault } from '../../helpers/test-vault.ts';
import { type CeremonyFixture, canUnseal, createCeremonyFixture } from './ceremony-fixture.ts';

const real = await requireRealVault('the rekey ceremony');
let rig: CeremonyFixture;
afterEach(() => rig?.end());

describe.each([
	['stand-in', true],
	['real', real],
] as const)('the ceremony on %s Vault', (kind, there) => {
	it.runIf(there)(
		'replaces the single key by shares of the custodians, and these unseal Vault',
		async () => {
			rig = await createCeremonyFixture({ kind });
			const record = await rig.run({ restart: true });
			expect(record.proven).toEqual(['first', 'second', 'third']);
			expect(existsSync(rig.keyFile)).toBe(false);
			const shares = [...rig.paper.values()];
			expect(new Set(shares).size).toBe(3);
			const before = rig.backups.get(record.backupBefore?.key ?? '') ?? '';
			const after = rig.backups.get(record.backupAfter?.key ?? '') ?? '';
			expect(await canUnseal(rig, after, shares.slice(1))).toBe(true);
			expect(await canUnseal(rig, after, [rig.oldKey])).toBe(false);
			expect(await canUnseal(rig, before, [rig.oldKey])).toBe(true);
			expect(rig.asked.map(({ kind }) => kind)).toEqual([
				'agree',
				'passphrase',
				...['first', 'second', 'third'].flatMap(() => ['next-person', 'reveal', 'give-share']),
				'agree',
				'agree',
			]);
			// Later, without any wrapping key, the custodians unseal it again from their notes.
			expect(record.wrapKeys).toEqual([]);
			await rig.vault.restart();
			await rig.run({ restart: true });
			const { body } = await rig.vault.api<{ sealed: boolean }>('GET', 'sys/seal-status');
			expect(body.sealed).toBe(false);
		},
	);
});
