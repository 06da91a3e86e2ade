import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from '../../../source/practice/loopback.ts';
import { initVault, startVault, type TestVault } from '../../helpers/test-vault.ts';

let vault: TestVault;
let key = '';
let token = '';

beforeAll(async () => {
	vault = await startVault({ kind: 'stand-in' });
	const made = await initVault(vault);
	[key = ''] = made.keys;
	token = made.token;
});
afterAll(() => vault.stop());

async function run(words: string, input = '', environment = {}) {
	const [command = '', ...args] = vault.command;
	const { exitCode, stdout, stderr } = await execa(command, [...args, ...words.split(' ')], {
		env: { ...vault.env, ...environment },
		extendEnv: false,
		input,
		reject: false,
	});
	return { exitCode, stdout, stderr };
}
const getRow = (table: string, name: string) => new RegExp(`^${name} +(.*)$`, 'm').exec(table)?.[1];
const rekeyStatus = async () => (await vault.api('GET', 'sys/rekey/init')).body;

it('reports a sealed Vault with exit code 2', async () => {
	const { exitCode, stdout } = await run('status');
	expect(exitCode).toBe(2);
	expect(stdout).toMatch(
		/^Key +Value\n--- +-----\nSeal Type +shamir\nInitialized +true\nSealed +true\n/,
	);
	expect(getRow(stdout, 'Unseal Progress')).toBe('0/1');
});

it('unseals with a key from standard input or an argument', async () => {
	const wrong = await run(`operator unseal ${Buffer.alloc(32).toString('base64')}`);
	expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
	expect(wrong.stderr).toContain('Code: 400. Errors:\n\n* unable to retrieve stored keys');
	expect((await run('operator unseal')).stderr).toBe('file descriptor 0 is not a terminal');
	for (const words of ['write sys/unseal key=-', `operator unseal ${key}`]) {
		const { exitCode, stdout } = await run(words, key);
		expect({ exitCode, sealed: getRow(stdout, 'Sealed') }).toEqual({
			exitCode: 0,
			sealed: 'false',
		});
	}
	expect((await run('status')).exitCode).toBe(0);
});

it('starts, shows and cancels a rekey', async () => {
	expect((await run('operator rekey -')).exitCode).toBe(1);
	const started = await run('operator rekey -init -verify -key-shares=1 --key-threshold=1');
	expect(started).toMatchObject({ exitCode: 0, stderr: '' });
	const { nonce } = await rekeyStatus();
	expect(getRow((await run('operator rekey -status')).stdout, 'nonce')).toBe(nonce);
	const submitted = await run(`operator rekey -nonce=${nonce} -`, key);
	expect(getRow(submitted.stdout, 'complete')).toBe('true');
	const verification = await run('operator rekey -verify -status');
	expect(getRow(verification.stdout, 'started')).toBe('true');
	expect((await run('operator rekey -cancel')).exitCode).toBe(0);
	expect(await rekeyStatus()).toMatchObject({ started: false });
});

it('verifies a new share, which commits it', async () => {
	await run('operator rekey -init -verify -key-shares=1 -key-threshold=1');
	const submitted = await run('operator rekey -', key);
	key = getRow(submitted.stdout, 'keys_base64') ?? '';
	expect((await run('operator rekey -verify -', key)).exitCode).toBe(0);
	expect(await rekeyStatus()).toMatchObject({ started: false });
});

it('deletes the backup of the shares with a token', async () => {
	expect((await run('operator rekey -backup-delete')).exitCode).toBe(2);
	const deleted = await run('operator rekey -backup-delete', '', { VAULT_TOKEN: token });
	expect(deleted.exitCode).toBe(0);
});

it('refuses what it does not support with exit code 1', async () => {
	for (const words of ['login', 'write secret/a b=c', 'operator rekey -init -pgp-keys=a']) {
		expect(await run(words)).toMatchObject({ exitCode: 1, stdout: '' });
	}
	expect(await rekeyStatus()).toMatchObject({ started: false });
	const unreachable = await run('status', '', {
		VAULT_ADDR: `http://127.0.0.1:${await findFreePort()}`,
	});
	expect(unreachable).toMatchObject({
		exitCode: 2,
		stderr: expect.stringContaining('ECONNREFUSED'),
	});
});
