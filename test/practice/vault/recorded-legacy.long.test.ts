import { afterAll, beforeAll, expect, it } from 'vitest';
import { initVault, startVault, type TestVault, unsealVault } from '../../helpers/test-vault.ts';
import {
	getRecordedRefusal,
	readRecordedCommands,
	readTranscriptFixture,
} from '../../vault/recorded-responses.ts';

// Vault 0.8 is no longer available: the emulated one is compared with what the commands of a real
// 0.8.2 printed. Each test sends the requests that the recorded command sent.
const recorded = readRecordedCommands('vault-0.8.2.json');
const WRONG = Buffer.alloc(32).toString('base64');
let vault: TestVault;
let token = '';
/** The current keys in base64. */
let keys: readonly string[] = [];
let nonce = '';
const used = new Set<string>();

beforeAll(async () => {
	vault = await startVault({ kind: 'stand-in', like: '0.8.2' });
});
afterAll(() => vault.stop());

const entry = (title: string) => {
	const found = recorded.find((one) => one.title === title);
	if (found === undefined) throw new Error(`no entry ${title}`);
	used.add(title);
	return found;
};
/** `Name: value` lines of a recorded command. */
const printed = (title: string, name: string) =>
	new RegExp(`^${name}: (.*)$`, 'm').exec(entry(title).stdout)?.[1];
const request = (method: 'GET' | 'PUT' | 'DELETE', path: string, body?: object, given?: string) =>
	vault.api<Record<string, unknown>>(method, path, body, given);
const start = (secret_shares: number, secret_threshold: number, names: readonly string[] = []) =>
	request('PUT', 'sys/rekey/init', {
		...{ secret_shares, secret_threshold, backup: names.length === 3 },
		pgp_keys: names.map((name) => readTranscriptFixture(`${name}.b64`)),
	});
const submit = (key: string, given = nonce) =>
	request('PUT', 'sys/rekey/update', { key, nonce: given });

async function expectRefusal(title: string, response: ReturnType<typeof request>): Promise<void> {
	const { status, words } = getRecordedRefusal(entry(title));
	const said = await response;
	expect({ title, status: said.status, words: said.errors.join('; ') }).toEqual({
		...{ title, status },
		words: words.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, nonce),
	});
}

async function expectRekeyStatus(title: string): Promise<void> {
	const { status, body } = await request('GET', 'sys/rekey/init');
	expect(status).toBe(200);
	expect({
		started: String(body.started),
		shares: String(body.n),
		threshold: String(body.t),
		progress: String(body.progress),
		required: String(body.required),
		backup: (body.pgp_fingerprints as string[] | null)?.length ? String(body.backup) : undefined,
		fingerprints: (body.pgp_fingerprints as string[] | null)?.join(' '),
	}).toEqual({
		started: printed(title, 'Started'),
		shares: printed(title, 'Key Shares'),
		threshold: printed(title, 'Key Threshold'),
		progress: printed(title, 'Rekey Progress'),
		required: printed(title, 'Required Keys'),
		backup: printed(title, 'Backup Storage'),
		fingerprints: printed(title, 'PGP Key Fingerprints')?.replace(/[[\]]/g, ''),
	});
}

async function expectSealStatus(title: string): Promise<void> {
	const { body } = await request('GET', 'sys/seal-status');
	expect({ sealed: String(body.sealed), n: String(body.n), t: String(body.t) }).toEqual({
		sealed: printed(title, 'Sealed'),
		n: printed(title, 'Key Shares'),
		t: printed(title, 'Key Threshold'),
	});
	expect(body.version).toBe(printed(title, 'Version') ?? body.version);
}

it('is uninitialized, sealed and unsealed as recorded', async () => {
	await expectRefusal('status-uninitialized', request('GET', 'sys/seal-status'));
	({ keys, token } = await initVault(vault));
	expect(entry('init').stdout).toContain('Unseal Key 1: ');
	await expectSealStatus('status-sealed');
	await expectRefusal('rekey-init-while-sealed', start(5, 2));
	await unsealVault(vault, keys);
	await expectSealStatus('unseal');
	await expectSealStatus('status-unsealed');
});

it('refuses rekeys and keys as recorded, and commits with the last key', async () => {
	await expectRekeyStatus('rekey-status-idle');
	await expectRefusal('rekey-init-threshold-over-shares', start(2, 5));
	await expectRefusal('rekey-init-threshold-one-many-shares', start(5, 1));
	nonce = String((await start(5, 2)).body.nonce);
	await expectRekeyStatus('rekey-init');
	await expectRefusal('rekey-init-already-started', start(5, 2));
	await expectRekeyStatus('rekey-status-started');
	const zeroes = '00000000-0000-0000-0000-000000000000';
	await expectRefusal('rekey-submit-wrong-nonce', submit(keys[0] ?? '', zeroes));
	await expectRefusal('rekey-submit-not-base64', submit('not a key!'));
	await expectRefusal('rekey-submit-wrong-key', submit(WRONG));
	await expectRefusal('rekey-submit-stdin-dash-not-supported', submit('-'));
	const { body } = await submit(keys[0] ?? '');
	keys = body.keys_base64 as string[];
	const shares = entry('rekey-submit').stdout.match(/^Key \d: \S+$/gm);
	expect(keys).toHaveLength(shares?.length ?? 0);
	await expectSealStatus('status-after-rekey');
});

it('encrypts and stores new shares as recorded', async () => {
	await expectRefusal('rekey-init-pgp-count-mismatch', start(5, 2, ['alice', 'bob']));
	nonce = String((await start(3, 2, ['alice', 'bob', 'carol'])).body.nonce);
	await expectRekeyStatus('rekey-init-pgp-backup');
	await submit(keys[0] ?? '');
	await expectRekeyStatus('rekey-submit-pgp-1of2');
	await expectRefusal('rekey-submit-pgp-same-key-again', submit(keys[0] ?? ''));
	const { body } = await submit(keys[1] ?? '');
	const printedKeys = entry('rekey-submit-pgp-2of2').stdout.matchAll(
		/^Key \d fingerprint: (\w+); value/gm,
	);
	expect(body.pgp_fingerprints).toEqual([...printedKeys].map(([, fingerprint]) => fingerprint));
	await expectRefusal('rekey-retrieve', request('GET', 'sys/rekey/backup'));
	const backup = await request('GET', 'sys/rekey/backup', undefined, token);
	expect(backup.body.nonce).toBe(nonce);
	for (const fingerprint of Object.keys(backup.body.keys as object))
		expect(entry('rekey-retrieve-with-token').stdout).toContain(`${fingerprint}:[`);
	expect((await request('DELETE', 'sys/rekey/backup', undefined, token)).status).toBe(204);
	await expectRefusal('rekey-retrieve-none', request('GET', 'sys/rekey/backup', undefined, token));
});

it('cancels a rekey as recorded', async () => {
	nonce = String((await start(3, 2)).body.nonce);
	await expectRekeyStatus('rekey-init-to-cancel');
	expect((await request('DELETE', 'sys/rekey/init')).status).toBe(204);
	await expectRekeyStatus('rekey-status-final');
});

it('is compared with every recorded response of the server', () => {
	// Without a response, or without a field of one.
	const others = [
		...['status-unreachable', 'rekey-submit-stdin-not-a-terminal', 'rekey-init-pgp-armored'],
		...['rekey-cancel-armored', 'rekey-delete', 'rekey-cancel', 'operator-subcommand-unknown'],
		'version',
	];
	expect([...used, ...others].sort()).toEqual(recorded.map(({ title }) => title).sort());
});
