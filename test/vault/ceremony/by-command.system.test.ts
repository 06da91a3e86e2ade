import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { requireReal } from '../../helpers/vaults.ts';
import { ceremonyRig, opens, type Rig } from './rig.ts';

// Where no HTTP leads to Vault, its own commands do: the whole ceremony by them alone.

const real = await requireReal('the ceremony by the command line of Vault');
const custodians = [{ name: 'first' }, { name: 'second' }];
let rig: Rig;
afterEach(() => rig?.end());

it.runIf(real)('by `vault operator rekey` of a real Vault, restart and unseal too', async () => {
	rig = await ceremonyRig({ kind: 'real', byCommand: true, custodians });
	expect(rig.ports.vault.abilities).toMatchObject({ family: 'operator-command', verify: true });
	const record = await rig.run({ restart: true });
	await expectRekeyed(record.backupAfter?.key ?? '');
});

it('by `vault rekey` of the stand-in as 0.8, the key typed at its prompt', async () => {
	rig = await ceremonyRig({ kind: 'stand-in', like: '0.8.2', byCommand: true, custodians });
	expect(rig.ports.vault.abilities).toMatchObject({ family: 'legacy-command', verify: false });
	const record = await rig.run();
	await expectRekeyed(record.backupAfter?.key ?? '');
});

async function expectRekeyed(backup: string): Promise<void> {
	expect(existsSync(rig.keyFile)).toBe(false);
	const shares = [...rig.paper.values()];
	expect(shares).toHaveLength(2);
	const storage = rig.backups.get(backup) ?? '';
	expect(await opens(rig, storage, shares)).toBe(true);
	expect(await opens(rig, storage, [rig.oldKey])).toBe(false);
}
