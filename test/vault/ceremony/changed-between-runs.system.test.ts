import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import type { CeremonyPorts } from '../../../source/vault/ceremony/ceremony-ports.ts';
import type { Prompt } from '../../../source/vault/ceremony/ceremony-prompt-types.ts';
import {
	type CeremonyFixture,
	createCeremonyFixture,
	INSTALLATION_NAME,
} from './ceremony-fixture.ts';
import { createCustodian, decryptMessage } from './test-custodians.ts';

// Changes between two runs of one ceremony: passphrase, custodians, decisions. Emulated Vault, since
// none of it depends on Vault.

let rig: CeremonyFixture;
afterEach(() => rig?.end());

const wrapped = [{ name: 'first' }, { name: 'second' }];

it('notices a mistyped passphrase before it encrypts the old key with it', async () => {
	let fails = true;
	rig = await createCeremonyFixture({
		kind: 'stand-in',
		custodians: wrapped,
		machine: (machine) => ({
			...machine,
			backUp: (after) => {
				if (fails) throw new Error('no room (a fake fault)');
				return machine.backUp(after);
			},
		}),
	});
	await expect(rig.run()).rejects.toThrow('no room');
	expect(rig.records.at(-1)?.wrapKeys).toHaveLength(2);
	fails = false;
	const { operator } = rig.ports;
	if (operator === undefined) throw new Error('no custodian');
	const problems: (string | undefined)[] = [];
	const slip = {
		...operator,
		async prompt(prompt: Prompt) {
			if (prompt.kind !== 'passphrase') return operator.prompt(prompt);
			problems.push(prompt.problem);
			expect(prompt.fresh).toBe(false);
			const typo = new SecretBytes(Buffer.from('a passphrase for tests alonw'));
			return problems.length === 1
				? { kind: 'secret' as const, secret: typo }
				: operator.prompt(prompt);
		},
	};
	Object.assign(rig.ports, { operator: slip } satisfies Partial<CeremonyPorts>);
	const record = await rig.run();
	expect(problems).toEqual([undefined, expect.stringMatching(/not the passphrase/)]);
	expect(record.proven).toEqual(['first', 'second']);
	expect(record.escrow?.to).toBe('passphrase');
});

it('rejects other custodians after completion, and does nothing for the same ones', async () => {
	const custodians = await Promise.all(
		['one', 'two', 'three'].map((name) => createCustodian(name)),
	);
	rig = await createCeremonyFixture({ kind: 'stand-in', custodians: wrapped });
	await rig.run();
	const asked = rig.asked.length;
	await expect(rig.run({ custodians })).rejects.toMatchObject({ fault: 'refused' });
	await expect(rig.run({ threshold: 1 })).rejects.toMatchObject({ fault: 'refused' });
	const revision = rig.records.at(-1)?.revision;
	await rig.run();
	expect(rig.asked).toHaveLength(asked);
	expect(rig.records.at(-1)?.revision).toBe(revision);
	expect(rig.asked.filter(({ kind }) => kind === 'agree')).toEqual([
		expect.objectContaining({ type: INSTALLATION_NAME }),
		expect.objectContaining({ type: INSTALLATION_NAME }),
	]);
});

it('does not commit new shares without an operator on the approval of an earlier operator', async () => {
	const custodians = await Promise.all(['one', 'two'].map((name) => createCustodian(name)));
	rig = await createCeremonyFixture({ kind: 'stand-in', custodians });
	const { operator } = rig.ports;
	const leaves = {
		...operator,
		prompt: async (prompt: Prompt) =>
			prompt.kind === 'agree' ? { kind: 'agreed' as const } : { kind: 'not-now' as const },
	};
	Object.assign(rig.ports, { operator: leaves } as Partial<CeremonyPorts>);
	await expect(rig.run()).rejects.toMatchObject({ fault: 'cancelled' });
	Object.assign(rig.ports, { operator: undefined } satisfies Partial<CeremonyPorts>);

	const decrypt = async (name: string, file: string) => {
		const own = custodians.find((one) => one.name === name);
		if (own === undefined) throw new Error(`no custodian ${name}`);
		return new SecretBytes(Buffer.from(await decryptMessage(own, readFileSync(file))));
	};
	await expect(rig.run({ decrypt })).rejects.toMatchObject({
		fault: 'refused',
		message: expect.stringMatching(/Approval required/),
	});
	expect(rig.records.at(-1)?.committedAt).toBeUndefined();
	const record = await rig.run({ decrypt, approved: true });
	expect(record.doneAt).toBeDefined();
});
