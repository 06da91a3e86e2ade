import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Executions, recordExecutions } from '../../e2e/helpers/executions.ts';
import { filesBelow, findKey, findSecret } from '../../e2e/helpers/hunt.ts';
import { expectStartedClean } from '../../e2e/helpers/started-clean.ts';
import {
	type CeremonyFixture,
	canUnseal,
	createCeremonyFixture,
	TEST_PASSPHRASE,
} from './ceremony-fixture.ts';

const custodians = [{ name: 'first' }, { name: 'second' }];

/**
 * Where no HTTP leads to Vault, its own commands do: the whole ceremony by them alone.
 *
 * @param traced Every command that is started is recorded, and looked through for secrets.
 */
export function describeByCommand(real: boolean, { traced }: { traced: boolean }): void {
	describe(traced ? 'a traced ceremony by commands' : 'a ceremony by commands', () => {
		let rig: CeremonyFixture;
		let executions: Executions | undefined;
		beforeEach(() => {
			executions = traced ? recordExecutions('what a ceremony by commands starts') : undefined;
		});
		afterEach(async () => {
			executions?.end();
			await rig?.end();
		});

		/** A ceremony by commands, which are recorded when it is traced. */
		const byCommand = (options: { kind: 'real' } | { kind: 'stand-in'; like: '0.8.2' }) =>
			createCeremonyFixture({
				...{ ...options, byCommand: true, custodians },
				...(executions === undefined ? {} : { before: executions.beforeWithErrors }),
			});

		it.runIf(real)(
			'by `vault operator rekey` of a real Vault, restart and unseal too',
			async () => {
				rig = await byCommand({ kind: 'real' });
				expect(rig.ports.vault.abilities).toMatchObject({
					family: 'operator-command',
					verify: true,
				});
				const record = await rig.run({ restart: true });
				await expectRekeyed(record.backupAfter?.key ?? '');
				expectNothingSecret(/ operator rekey .*-nonce=/);
			},
		);

		it('by `vault rekey` of the stand-in as 0.8, the key typed at its prompt', async () => {
			rig = await byCommand({ kind: 'stand-in', like: '0.8.2' });
			expect(rig.ports.vault.abilities).toMatchObject({ family: 'legacy-command', verify: false });
			const record = await rig.run();
			await expectRekeyed(record.backupAfter?.key ?? '');
			// Here no answer can wait beside Vault: the token is first seen to read the copy that Vault keeps.
			expectNothingSecret(/ rekey /, [' rekey -retrieve']);
		});

		async function expectRekeyed(backup: string): Promise<void> {
			expect(existsSync(rig.keyFile)).toBe(false);
			const shares = [...rig.paper.values()];
			expect(shares).toHaveLength(2);
			const storage = rig.backups.get(backup) ?? '';
			expect(await canUnseal(rig, storage, shares)).toBe(true);
			expect(await canUnseal(rig, storage, [rig.oldKey])).toBe(false);
		}

		/** Property 9: in no command's words or variables, in no news, record or file is a key or a share. */
		function expectNothingSecret(command: RegExp, given: readonly string[] = []): void {
			const keys = [rig.oldKey, ...rig.paper.values()].map((text) => Buffer.from(text, 'base64'));
			expect(keys.map(({ length }) => length)).toEqual([32, 33, 33]);
			// No command has the token but those it is meant for, and they have it as a variable alone.
			if (executions !== undefined)
				expectStartedClean(executions, { keys, token: rig.token, given }, { passing: [command] });
			const said = [
				...(executions?.haystacks() ?? []),
				{ where: 'news', bytes: Buffer.from(JSON.stringify(rig.news)) },
				{ where: 'records', bytes: Buffer.from(JSON.stringify(rig.records)) },
				...['here', 'there'].flatMap((place) => filesBelow(join(rig.folder, place))),
			];
			for (const key of keys) expect(findKey(key, said)).toEqual([]);
			expect(findSecret(TEST_PASSPHRASE, said)).toEqual([]);
			const words = said.filter(({ where }) => given.length === 0 || where !== 'the environments');
			expect(findSecret(rig.token, words)).toEqual([]);
		}
	});
}
