import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decrypt, generateKey, type PrivateKey, readMessage } from 'openpgp';
import { afterAll, describe, expect, it } from 'vitest';
import { createEmulatedVault } from '../../../source/practice/find-vault.ts';
import { findFreePort } from '../../../source/practice/loopback.ts';
import {
	type EmulatedVersion,
	findRealVault,
	requireRealVault,
	startVault,
	type TestVault,
} from '../../helpers/test-vault.ts';
import {
	KEY_PATTERNS,
	normaliseOutput,
	readTranscript,
	runWithInput,
	TRANSCRIPTS,
	type TranscriptEntry,
	TranscriptValues,
} from './transcript-replay.ts';

const ZEROES = Buffer.alloc(32).toString('base64');
const running: TestVault[] = [];
const folders: string[] = [];

afterAll(async () => {
	for (const vault of running) await vault.stop();
	for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Runs commands in order; the first runs before the server starts. */
function player(like: EmulatedVersion, kind: 'real' | 'stand-in') {
	let port = 0;
	let vault: TestVault | undefined;
	const places = new TranscriptValues();
	let token = '';
	return {
		places,
		async play(entry: TranscriptEntry, cwd: string, input: string) {
			if (port === 0) port = await findFreePort();
			else if (vault === undefined) {
				vault = await startVault({ kind, like, port });
				running.push(vault);
			}
			const program = kind === 'real' ? await findRealVault() : createEmulatedVault();
			const env: NodeJS.ProcessEnv = {
				...vault?.env,
				PATH: process.env.PATH,
				HOME: cwd,
				VAULT_ADDR: `http://127.0.0.1:${port}`,
				TFE_EMULATED_VAULT_VERSION: like,
				...(/with-token|delete|retrieve-none/.test(entry.title) ? { VAULT_TOKEN: token } : {}),
			};
			const words = entry.argv.slice(1).map((word) => places.fill(word));
			const printed = await runWithInput([...(program?.command ?? []), ...words], {
				env,
				cwd,
				input,
			});
			places.learn(entry.stdout, printed.stdout);
			token ||= /(?:Root Token: |"root_token": ")([\w.-]+)/.exec(printed.stdout)?.[1] ?? '';
			return printed;
		},
	};
}

describe('the command line of 0.8.2', () => {
	const entries = readTranscript('vault-0.8.2.json');
	const { play } = player('0.8.2', 'stand-in');

	it('has the recorded number of commands', () => expect(entries).toHaveLength(36));

	for (const entry of entries) {
		it(`prints what was recorded: ${entry.title}`, async () => {
			const printed = await play(entry, fileURLToPath(TRANSCRIPTS), '');
			expect(normaliseOutput(printed)).toEqual(normaliseOutput(entry));
		});
	}
});

/** The output of 1.8 and of 1.14. */
const SINCE_1_8: readonly (readonly [string, string])[] = [
	['"version": "1.8.0-dev",', '"version": "1.14.1",\n  "build_date": "",'],
	['Vault v1.8.0-dev', 'Vault v1.14.1'],
	['"recovery_keys_shares": 5', '"recovery_keys_shares": 0'],
	['"recovery_keys_threshold": 3', '"recovery_keys_threshold": 0'],
	[
		'failed to read master key: failed to encrypt keys for storage: cipher',
		'failed to read root key: invalid key: failed to decrypt keys from storage: cipher',
	],
	['has no encryption keys', 'has no valid encryption keys'],
	['Code: 400. Errors:\n\n* missing client token', 'Code: 403. Errors:\n\n* permission denied'],
];

function modern(like: EmulatedVersion, kind: 'real' | 'stand-in') {
	const entries = readTranscript('vault-1.8.json');
	const { play } = player(like, kind);
	const changes = like === '1.8' ? [] : SINCE_1_8;
	const changed = (text: string) =>
		changes.reduce((left, [old, fresh]) => left.replaceAll(old, () => fresh), text);
	let own: Awaited<ReturnType<typeof ownKeys>> | undefined;
	/** The current keys, and those returned last. */
	let current: string[] = [];
	let fresh: string[] = [];

	/** The recording contains standard input only in its titles. */
	const inputOf = (title: string): string => {
		if (/not-base64/.test(title)) return 'not a key!';
		if (/wrong-key/.test(title)) return ZEROES;
		if (/verify-new-1/.test(title)) return fresh[0] ?? '';
		if (/verify-new-2/.test(title)) return fresh[1] ?? '';
		return (/submit-2|2of2/.test(title) ? current[1] : current[0]) ?? '';
	};

	it('has the recorded number of commands', () => expect(entries).toHaveLength(45));

	for (const entry of entries) {
		it(`prints what was recorded: ${entry.title}`, async () => {
			own ??= await ownKeys();
			const printed = await play(entry, own.folder, inputOf(entry.title));
			if (entry.title === 'init') current = keysIn(printed.stdout, 'unseal_keys_b64');
			if (entry.title === 'rekey-submit') current = keysIn(printed.stdout, 'keys_base64');
			if (entry.title === 'rekey-submit-pgp-2of2') {
				current = await opened(keysIn(printed.stdout, 'keys_base64'), own.keys);
			}
			if (entry.title === 'rekey-verify-submit-2') fresh = keysIn(printed.stdout, 'keys_base64');
			const expected = {
				exit: entry.exit,
				stdout: changed(entry.stdout),
				stderr: changed(entry.stderr),
			};
			expect(normaliseOutput(printed, KEY_PATTERNS)).toEqual(
				normaliseOutput(expected, KEY_PATTERNS),
			);
		});
	}
}

describe('the command line of 1.8', () => modern('1.8', 'stand-in'));
describe('the command line of 1.14', () => modern('1.14', 'stand-in'));
describe.skipIf(!(await requireRealVault('the transcripts', 'v1.14.1')))(
	'the real command line',
	() => modern('1.14', 'real'),
);

const keysIn = (stdout: string, name: string): string[] =>
	(JSON.parse(stdout) as Record<string, string[]>)[name] ?? [];

/** New keys with the names in the recording, which lacks the private keys. */
async function ownKeys() {
	const folder = await mkdtemp(join(tmpdir(), 'transcripts-'));
	folders.push(folder);
	const keys: PrivateKey[] = [];
	for (const name of ['alice', 'bob', 'carol', 'signonly']) {
		const { privateKey } = await generateKey({
			type: 'ecc',
			curve: 'curve25519Legacy',
			userIDs: [{ name }],
			format: 'object',
			...(name === 'signonly' ? { subkeys: [] } : {}),
		});
		const bytes = Buffer.from(privateKey.toPublic().write());
		await writeFile(join(folder, `${name}.b64`), bytes.toString('base64'));
		await writeFile(join(folder, `${name}.asc`), privateKey.toPublic().armor());
		keys.push(privateKey);
	}
	return { folder, keys };
}

async function opened(messages: readonly string[], keys: readonly PrivateKey[]): Promise<string[]> {
	const shares: string[] = [];
	for (const [index, message] of messages.entries()) {
		const key = keys[index];
		if (key === undefined) continue;
		const { data } = await decrypt({
			message: await readMessage({ binaryMessage: Buffer.from(message, 'base64') }),
			decryptionKeys: key,
		});
		shares.push(String(data));
	}
	return shares;
}
