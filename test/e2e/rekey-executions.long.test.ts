import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { recordExecutions } from './helpers/execution-recorder.ts';
import { expectNoSecretArguments } from './helpers/expect-no-secret-arguments.ts';
import { findKey, findSecret } from './helpers/find-secrets.ts';
import {
	createInstalledSession,
	type InstalledCloud,
	type InstalledSession,
	startInstalledCloud,
} from './helpers/installed-session.ts';
import { decryptOldKeyAsCustodian, decryptShares } from './helpers/rekey-artifacts.ts';
import { cliPath, runWizard, type WizardOptions } from './helpers/run-wizard.ts';

const home = createTemporaryDirectory();
let cloud: InstalledCloud;
let session: InstalledSession;
/** Of the instance since its first boot, and of the runs that rekey it. */
const executions = recordExecutions('programs started by a rekey, locally and on the instance');
const printed: string[] = [];

beforeAll(async () => {
	cloud = await startInstalledCloud(home);
});

afterAll(async () => {
	await session?.stop();
	await cloud?.stop();
	executions.stop();
});

/** The session without a restart of Vault at the end, with or without a command that decrypts shares. */
function answered(opens: boolean): InstalledSession {
	return createInstalledSession(home, cloud, 'recorded', (answers) => {
		const { open_with, ...custodians } = answers.rekey.custodians;
		const opener = opens && open_with !== undefined ? { open_with } : {};
		return { ...answers, rekey: { custodians: { ...custodians, restart: false, ...opener } } };
	});
}

async function run(argv: readonly string[], options: WizardOptions = {}) {
	const ran = await runWizard(argv, { ...options, commandPrefix: executions.getPrefix() });
	printed.push(ran.out, ran.err);
	return ran;
}

/** The only token of the instance's Vault. */
const token = () =>
	readFileSync(join(session.folder, 'instance/machine/data/vault-root-token'), 'utf8').trim();

it('passes no key, key share or token to any program, locally or on the instance', async () => {
	session = answered(false);
	const flags = session.flags.filter((flag) => flag !== '--no-input');
	// The instance boots for the first time.
	expect(await run(['backup', ...flags])).toMatchObject({ code: 0 });
	const env = { VAULT_TOKEN: token() };
	expect(await run(session.rekey, { env })).toMatchObject({ code: 6 });
	const ran = await run(answered(true).rekey, { env });
	expect(ran, ran.out).toMatchObject({ code: 0 });
	const { folder } = session;
	const keys = [
		await decryptOldKeyAsCustodian(folder, cloud.keys),
		...(await decryptShares(folder, cloud.keys)),
	];
	expect(keys).toHaveLength(4);
	// The program receives the token. So does the operator's command that decrypts shares, which may
	// need it for Vault.
	const given = [cliPath, 'practice-custodian.js'];
	expectNoSecretArguments(executions, { keys, token: token(), given });
	const said = [{ where: 'printed output', bytes: Buffer.from(printed.join('\n')) }];
	for (const key of keys) expect(findKey(key, said)).toEqual([]);
	expect(findSecret(token(), said)).toEqual([]);
});
