import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Executions, recordExecutions } from '../../e2e/helpers/executions.ts';
import { filesBelow, findKey, findSecret } from '../../e2e/helpers/hunt.ts';
import { expectStartedClean } from '../../e2e/helpers/started-clean.ts';
import { requireReal } from '../../helpers/vaults.ts';
import { ceremonyRig, opens, PASSPHRASE, type Rig } from './rig.ts';

// The whole ceremony by Vault's commands only, for sites where HTTP cannot reach Vault.

const real = await requireReal('the rekey ceremony by command line');
const custodians = [{ name: 'first' }, { name: 'second' }];
let rig: Rig;
let executions: Executions;
beforeEach(() => {
	executions = recordExecutions('programs started by a ceremony by command line');
});
afterEach(async () => {
	executions.end();
	await rig?.end();
});

/** A ceremony by commands, all of which are recorded. */
const byCommand = (options: { kind: 'real' } | { kind: 'stand-in'; like: '0.8.2' }) =>
	ceremonyRig({
		...{ ...options, byCommand: true, custodians },
		before: executions.beforeWithErrors,
	});

it.runIf(real)(
	'runs the ceremony by `vault operator rekey` on a real Vault, with restart and unseal',
	async () => {
		rig = await byCommand({ kind: 'real' });
		expect(rig.ports.vault.abilities).toMatchObject({ family: 'operator-command', verify: true });
		const record = await rig.run({ restart: true });
		await expectRekeyed(record.backupAfter?.key ?? '');
		expectNothingSecret(/ operator rekey .*-nonce=/);
	},
);

it('runs the ceremony by `vault rekey` on an emulated 0.8, typing the key at its prompt', async () => {
	rig = await byCommand({ kind: 'stand-in', like: '0.8.2' });
	expect(rig.ports.vault.abilities).toMatchObject({ family: 'legacy-command', verify: false });
	const record = await rig.run();
	await expectRekeyed(record.backupAfter?.key ?? '');
	// Responses cannot be stored next to Vault here, so the token is first seen to read Vault's backup.
	expectNothingSecret(/ rekey /, [' rekey -retrieve']);
});

async function expectRekeyed(backup: string): Promise<void> {
	expect(existsSync(rig.keyFile)).toBe(false);
	const shares = [...rig.paper.values()];
	expect(shares).toHaveLength(2);
	const storage = rig.backups.get(backup) ?? '';
	expect(await opens(rig, storage, shares)).toBe(true);
	expect(await opens(rig, storage, [rig.oldKey])).toBe(false);
}

/** No argument, environment, message, record or file contains a key or a share. */
function expectNothingSecret(command: RegExp, given: readonly string[] = []): void {
	const keys = [rig.oldKey, ...rig.paper.values()].map((text) => Buffer.from(text, 'base64'));
	expect(keys.map(({ length }) => length)).toEqual([32, 33, 33]);
	// Only the intended commands receive the token, and only in their environment.
	expectStartedClean(executions, { keys, token: rig.token, given }, { passing: [command] });
	const said = [
		...executions.haystacks(),
		{ where: 'news', bytes: Buffer.from(JSON.stringify(rig.news)) },
		{ where: 'records', bytes: Buffer.from(JSON.stringify(rig.records)) },
		...['here', 'there'].flatMap((place) => filesBelow(join(rig.folder, place))),
	];
	for (const key of keys) expect(findKey(key, said)).toEqual([]);
	expect(findSecret(PASSPHRASE, said)).toEqual([]);
	const words = said.filter(({ where }) => given.length === 0 || where !== 'the environments');
	expect(findSecret(rig.token, words)).toEqual([]);
}
