import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExecutionRecorder, recordExecutions } from '../../e2e/helpers/execution-recorder.ts';
import { expectNoSecretArguments } from '../../e2e/helpers/expect-no-secret-arguments.ts';
import { findKey, findSecret, readFilesBelow } from '../../e2e/helpers/find-secrets.ts';
import {
	type CeremonyFixture,
	canUnseal,
	createCeremonyFixture,
	TEST_PASSPHRASE,
} from './ceremony-fixture.ts';

const custodians = [{ name: 'first' }, { name: 'second' }];

/**
 * Where ssh forwards no port, a curl on the instance sends every request: the whole ceremony by it.
 *
 * @param traced Every program that is started is recorded, and searched for secrets.
 */
export function describeByCurl(real: boolean, { traced }: { traced: boolean }): void {
	describe(traced ? 'a traced ceremony by curl' : 'a ceremony by curl', () => {
		let rig: CeremonyFixture;
		let executions: ExecutionRecorder | undefined;
		beforeEach(() => {
			executions = traced ? recordExecutions('what a ceremony by curl starts') : undefined;
		});
		afterEach(async () => {
			executions?.stop();
			await rig?.end();
		});

		const byCurl = (options: { kind: 'real' } | { kind: 'stand-in'; like: '0.8.2' }) =>
			createCeremonyFixture({
				...{ ...options, byCurl: true, custodians },
				...(executions === undefined ? {} : { before: executions.getPrefixKeepingStderr }),
			});

		it.runIf(real)('rekeys a real Vault, restarts and unseals it', async () => {
			rig = await byCurl({ kind: 'real' });
			expect(rig.ports.vault.features).toMatchObject({ family: 'rekey', verify: true });
			const record = await rig.run({ restart: true });
			await expectRekeyed(record.backupAfter?.key ?? '');
			expectNothingSecret([/^curl .*\/v1\/sys\/rekey\/verify/, /^curl .*\/v1\/sys\/unseal/]);
		});

		it('rekeys the emulated Vault 0.8, and stores the response until the shares are stored', async () => {
			rig = await byCurl({ kind: 'stand-in', like: '0.8.2' });
			expect(rig.ports.vault.features).toMatchObject({ family: 'rekey', verify: false });
			const record = await rig.run();
			await expectRekeyed(record.backupAfter?.key ?? '');
			expect(readdirSync(join(rig.folder, 'home', '.tfe-wizard'))).toEqual([]);
			expectNothingSecret([/^setsid sh -c /, /^curl .*\/v1\/sys\/rekey\/update/]);
		});

		async function expectRekeyed(backup: string): Promise<void> {
			expect(existsSync(rig.keyFile)).toBe(false);
			const shares = [...rig.paper.values()];
			expect(shares).toHaveLength(2);
			const storage = rig.backups.get(backup) ?? '';
			expect(await canUnseal(rig, storage, shares)).toBe(true);
			expect(await canUnseal(rig, storage, [rig.oldKey])).toBe(false);
		}

		/** Property 9: in no program's words or variables, in no news, record or file is a key or a share. */
		function expectNothingSecret(passing: readonly RegExp[]): void {
			const keys = [rig.oldKey, ...rig.paper.values()].map((text) => Buffer.from(text, 'base64'));
			expect(keys.map(({ length }) => length)).toEqual([32, 33, 33]);
			if (executions !== undefined)
				expectNoSecretArguments(executions, { keys, token: rig.token }, { passing });
			const said = [
				...(executions?.listSearchTargets() ?? []),
				{ where: 'news', bytes: Buffer.from(JSON.stringify(rig.news)) },
				{ where: 'records', bytes: Buffer.from(JSON.stringify(rig.records)) },
				...['here', 'there', 'home'].flatMap((place) => readFilesBelow(join(rig.folder, place))),
			];
			for (const key of keys) expect(findKey(key, said)).toEqual([]);
			expect(findSecret(TEST_PASSPHRASE, said)).toEqual([]);
			expect(findSecret(rig.token, said)).toEqual([]);
		}
	});
}
