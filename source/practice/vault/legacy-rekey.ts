import type { BackupBody, RekeyResultBody, RekeyStatusBody, VaultCliContext } from './cli-types.ts';
import { parseGoFlags } from './go-flags.ts';
import { type ApiClient, createApiClient, sendApiRequest } from './http-client.ts';
import { promptForKey, reportLegacyFailure } from './legacy-output.ts';
import { readPgpKeyFiles } from './pgp-key-files.ts';

const FLAGS = {
	init: false,
	cancel: false,
	status: false,
	delete: false,
	retrieve: false,
	backup: false,
	'recovery-key': false,
	'key-shares': 5,
	'key-threshold': 3,
	nonce: '',
	'pgp-keys': '',
};

interface Asked {
	secret_shares: number;
	secret_threshold: number;
	pgp_keys: string[];
	backup: boolean;
}

/**
 * `vault rekey` of 0.8. If no rekey is in progress, submitting a key starts one, regardless of the
 * nonce.
 */
export async function runLegacyRekey(
	args: readonly string[],
	context: VaultCliContext,
): Promise<number> {
	const { flags, words } = parseGoFlags(args, FLAGS);
	const client = createApiClient(context.environment);
	const asked = {
		secret_shares: flags['key-shares'],
		secret_threshold: flags['key-threshold'],
		pgp_keys: await readPgpKeyFiles(flags['pgp-keys']),
		backup: flags.backup,
	};
	if (flags.init) return init(client, asked, context);
	if (flags.cancel) return cancel(client, context);
	if (flags.status) return status(client, context);
	if (flags.retrieve) return retrieve(client, context);
	if (flags.delete) return deleteBackup(client, context);
	return provide(client, asked, flags.nonce, words[0], context);
}

async function init(client: ApiClient, asked: Asked, context: VaultCliContext): Promise<number> {
	const { output } = context;
	try {
		const body = await sendApiRequest<RekeyStatusBody>(client, 'PUT', 'sys/rekey/init', asked);
		if (asked.pgp_keys.length === 0) output.line(NO_KEYS);
		else if (!asked.backup) output.line(NO_BACKUP);
		output.line(statusLines(body));
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error initializing rekey', error);
	}
}

async function cancel(client: ApiClient, context: VaultCliContext): Promise<number> {
	try {
		await sendApiRequest(client, 'DELETE', 'sys/rekey/init');
		context.output.line('Rekey canceled.');
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Failed to cancel rekey', error);
	}
}

async function status(client: ApiClient, context: VaultCliContext): Promise<number> {
	try {
		const body = await sendApiRequest<RekeyStatusBody>(client, 'GET', 'sys/rekey/init');
		context.output.line(statusLines(body));
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error reading rekey status', error);
	}
}

async function retrieve(client: ApiClient, context: VaultCliContext): Promise<number> {
	try {
		const body = await sendApiRequest<BackupBody>(client, 'GET', 'sys/rekey/backup');
		const rows = [
			'Key    \tValue',
			'---    \t-----',
			`Keys   \t${goMap(body.keys)}`,
			`KeysB64\t${goMap(body.keys_base64)}`,
			`Nonce  \t${body.nonce}`,
		];
		context.output.raw(`${rows.join('\n')}\n\n`);
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error retrieving stored keys', error);
	}
}

/** Formats a map of lists as Go does, sorted by key. */
function goMap(map: Readonly<Record<string, readonly string[]>>): string {
	const entries = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
	return `map[${entries.map(([key, values]) => `${key}:[${values.join(' ')}]`).join(' ')}]`;
}

async function deleteBackup(client: ApiClient, context: VaultCliContext): Promise<number> {
	try {
		await sendApiRequest(client, 'DELETE', 'sys/rekey/backup');
		context.output.line('Stored keys deleted.');
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Failed to delete stored keys', error);
	}
}

async function provide(
	client: ApiClient,
	asked: Asked,
	givenNonce: string,
	given: string | undefined,
	context: VaultCliContext,
): Promise<number> {
	const { output } = context;
	let nonce = givenNonce;
	let begun: RekeyStatusBody;
	try {
		begun = await sendApiRequest<RekeyStatusBody>(client, 'GET', 'sys/rekey/init');
		if (!begun.started) {
			begun = await sendApiRequest<RekeyStatusBody>(client, 'PUT', 'sys/rekey/init', asked);
			nonce = begun.nonce;
		}
	} catch (error) {
		return reportLegacyFailure(context, 'Error reading rekey status', error);
	}
	let key = given;
	if (key === undefined || key === '') {
		nonce = begun.nonce;
		output.line(`Rekey operation nonce: ${nonce}`);
		key = await promptForKey('rekey', context);
		if (key === undefined) return 1;
		output.raw('\n');
	}
	try {
		const result = await sendApiRequest<RekeyResultBody>(client, 'PUT', 'sys/rekey/update', {
			key: key.trim(),
			nonce,
		});
		if (result.complete !== true) return status(client, context);
		output.line(resultLines(result, begun));
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error attempting rekey update', error);
	}
}

function statusLines(body: RekeyStatusBody): string {
	const lines = [
		`Nonce: ${body.nonce}`,
		`Started: ${body.started}`,
		`Key Shares: ${body.n}`,
		`Key Threshold: ${body.t}`,
		`Rekey Progress: ${body.progress}`,
		`Required Keys: ${body.required}`,
	];
	if (body.pgp_fingerprints !== null && body.pgp_fingerprints.length > 0) {
		lines.push(`PGP Key Fingerprints: [${body.pgp_fingerprints.join(' ')}]`);
		lines.push(`Backup Storage: ${body.backup}`);
	}
	return lines.join('\n');
}

function resultLines(result: RekeyResultBody, { n, t }: RekeyStatusBody): string {
	const fingerprints = result.pgp_fingerprints ?? [];
	const keys = result.keys_base64.map((key, index) => {
		const fingerprint = fingerprints[index];
		return fingerprint === undefined
			? `Key ${index + 1}: ${key}`
			: `Key ${index + 1} fingerprint: ${fingerprint}; value: ${key}`;
	});
	const kept = fingerprints.length > 0 && result.backup;
	return [
		'\n',
		...keys,
		`\nOperation nonce: ${result.nonce}`,
		...(kept ? [KEPT] : []),
		`
Vault rekeyed with ${n} keys and a key threshold of ${t}. Please
securely distribute the above keys. When the vault is re-sealed,
restarted, or stopped, you must provide at least ${t} of these keys
to unseal it again.

Vault does not store the master key. Without at least ${t} keys,
your vault will remain permanently sealed.`,
	].join('\n');
}

const NO_KEYS = `
WARNING: If you lose the keys after they are returned to you, there is no
recovery. Consider using the '-pgp-keys' option to protect the returned unseal
keys along with '-backup=true' to allow recovery of the encrypted keys in case
of emergency. They can easily be deleted at a later time with
'vault rekey -delete'.
`;

const NO_BACKUP = `
WARNING: You are using PGP keys for encryption, but have not set the option to
back up the new unseal keys to physical storage. If you lose the keys after
they are returned to you, there is no recovery. Consider setting '-backup=true'
to allow recovery of the encrypted keys in case of emergency. They can easily
be deleted at a later time with 'vault rekey -delete'.
`;

const KEPT = `
The encrypted unseal keys have been backed up to "core/unseal-keys-backup"
in your physical backend. It is your responsibility to remove these if and
when desired.`;
