import type {
	BackupBody,
	RekeyResultBody,
	RekeyStatusBody,
	VaultCliContext,
	VerificationBody,
} from './cli-types.ts';
import { parseGoFlags } from './go-flags.ts';
import { type ApiClient, createApiClient, sendApiRequest } from './http-client.ts';
import { readPipedKey, readTypedKey, wrapCliText } from './key-input.ts';
import { FORMAT_FLAG, formatJson, formatTable, reportModernFailure } from './modern-output.ts';
import {
	formatBackupNotice,
	formatPendingVerificationMessages,
	formatRekeyedMessage,
	NO_BACKUP_WARNING,
	NO_PGP_KEYS_WARNING,
} from './modern-rekey-messages.ts';
import {
	formatRekeyStatusJson,
	formatRekeyStatusTable,
	formatVerificationTable,
} from './modern-rekey-tables.ts';
import { readPgpKeyFiles } from './pgp-key-files.ts';

const FLAGS = {
	...FORMAT_FLAG,
	init: false,
	cancel: false,
	status: false,
	verify: false,
	backup: false,
	'backup-delete': false,
	'backup-retrieve': false,
	'key-shares': 5,
	'key-threshold': 3,
	nonce: '',
	target: 'barrier',
	'pgp-keys': '',
};

interface Asked {
	client: ApiClient;
	verify: boolean;
	format: string;
	nonce: string;
}

/** `vault operator rekey` */
export async function runModernRekey(
	args: readonly string[],
	context: VaultCliContext,
): Promise<number> {
	const { flags, words } = parseGoFlags(args, FLAGS);
	const pgpKeys = await readPgpKeyFiles(flags['pgp-keys']);
	const { output } = context;
	if (words.length > 1) {
		output.error(`Too many arguments (expected 0-1, got ${words.length})`);
		return 1;
	}
	if (flags.target !== 'barrier') {
		output.error(`Unknown target: ${flags.target}`);
		return 1;
	}
	const client = createApiClient(context.environment);
	const asked = { client, verify: flags.verify, format: flags.format, nonce: flags.nonce };
	if (flags['backup-delete']) return deleteBackup(asked, context);
	if (flags['backup-retrieve']) return retrieve(asked, context);
	if (flags.cancel) return cancel(asked, context);
	if (flags.init) {
		const body = {
			secret_shares: flags['key-shares'],
			secret_threshold: flags['key-threshold'],
			pgp_keys: pgpKeys,
			backup: flags.backup,
			require_verification: flags.verify,
		};
		return init(asked, body, context);
	}
	return flags.status ? status(asked, context) : provide(asked, words[0]?.trim() ?? '', context);
}

async function init(
	{ client, format }: Asked,
	body: { pgp_keys: readonly string[]; backup: boolean },
	context: VaultCliContext,
): Promise<number> {
	const { output } = context;
	try {
		const begun = await sendApiRequest<RekeyStatusBody>(client, 'PUT', 'sys/rekey/init', body);
		if (format !== 'json') {
			if (body.pgp_keys.length === 0) output.error(`${wrapCliText(NO_PGP_KEYS_WARNING)}`);
			else if (!body.backup) output.error(`${wrapCliText(NO_BACKUP_WARNING)}`);
			if (!body.backup) output.line('');
		}
		output.line(format === 'json' ? formatRekeyStatusJson(begun) : formatRekeyStatusTable(begun));
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error initializing rekey', error);
	}
}

/** Prints text in any format; `-verify` cancels only the verification. */
async function cancel({ client, verify }: Asked, context: VaultCliContext): Promise<number> {
	try {
		await sendApiRequest(client, 'DELETE', verify ? 'sys/rekey/verify' : 'sys/rekey/init');
		context.output.line('Success! Canceled rekeying (if it was started)');
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error canceling rekey', error);
	}
}

async function status(
	{ client, verify, format }: Asked,
	context: VaultCliContext,
): Promise<number> {
	const { output } = context;
	try {
		if (verify) {
			const body = await sendApiRequest<VerificationBody>(client, 'GET', 'sys/rekey/verify');
			output.line(format === 'json' ? formatJson(body) : formatVerificationTable(body));
		} else {
			const body = await sendApiRequest<RekeyStatusBody>(client, 'GET', 'sys/rekey/init');
			output.line(format === 'json' ? formatRekeyStatusJson(body) : formatRekeyStatusTable(body));
		}
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error reading rekey status', error);
	}
}

/** The field names are capitalized here, unlike everywhere else. */
async function retrieve({ client, format }: Asked, context: VaultCliContext): Promise<number> {
	const { output } = context;
	try {
		const body = await sendApiRequest<BackupBody>(client, 'GET', 'sys/rekey/backup');
		const data = { Keys: body.keys, KeysB64: body.keys_base64, Nonce: body.nonce };
		output.line(
			format === 'json'
				? formatJson({
						request_id: '',
						lease_id: '',
						lease_duration: 0,
						renewable: false,
						data,
						warnings: null,
					})
				: formatTable([
						['Keys', formatJson(body.keys)],
						['KeysB64', formatJson(body.keys_base64)],
						['Nonce', body.nonce],
					]),
		);
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error retrieving rekey stored keys', error);
	}
}

async function deleteBackup({ client }: Asked, context: VaultCliContext): Promise<number> {
	try {
		await sendApiRequest(client, 'DELETE', 'sys/rekey/backup');
		context.output.line('Success! Delete stored keys (if they existed)');
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error deleting rekey stored keys', error);
	}
}

async function provide(asked: Asked, word: string, context: VaultCliContext): Promise<number> {
	const { client, verify, format } = asked;
	const { output } = context;
	let begun: RekeyStatusBody;
	try {
		begun = await sendApiRequest(client, 'GET', verify ? 'sys/rekey/verify' : 'sys/rekey/init');
	} catch (error) {
		return reportModernFailure(context, 'Error getting rekey status', error);
	}
	if (!begun.started) {
		output.error(
			wrapCliText(
				'No rekey is in progress. Start a rekey process by running "vault operator rekey -init".',
			),
		);
		return 1;
	}
	let { nonce } = asked;
	let key = word;
	if (word === '-') key = await readPipedKey();
	if (word === '') {
		// At the prompt the operator confirms the server's nonce, not a given one.
		nonce = begun.nonce;
		const typed = await asking(nonce, context);
		if (typed === undefined) return 1;
		key = typed;
	}
	if (nonce === '') {
		output.error('Missing nonce value: specify it via the -nonce flag');
		return 1;
	}
	try {
		if (verify) {
			const body = { key, nonce };
			const proving = await sendApiRequest<VerificationBody>(
				client,
				'PUT',
				'sys/rekey/verify',
				body,
			);
			if (proving.complete !== true) return status(asked, context);
			output.line(
				wrapCliText(
					'Rekey verification successful. The rekey operation is complete and the new keys are now active.',
				),
			);
			return 0;
		}
		const result = await sendApiRequest<RekeyResultBody>(client, 'PUT', 'sys/rekey/update', {
			key,
			nonce,
		});
		if (result.complete !== true) return status(asked, context);
		if (format === 'json') output.line(formatJson(result));
		else return showShares(asked, begun, result, context);
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error posting unseal key', error);
	}
}

async function asking(nonce: string, { output }: VaultCliContext): Promise<string | undefined> {
	output.raw(`Rekey operation nonce: ${nonce}\nUnseal Key (will be hidden): `);
	try {
		const key = await readTypedKey('file descriptor 0 is not a terminal');
		output.raw('\n');
		return key;
	} catch (error) {
		output.raw('\n');
		output.error(
			wrapCliText(
				`An error occurred attempting to ask for the unseal key. The raw error message is shown below, but usually this is because you attempted to pipe a value into the command or you are executing outside of a terminal (tty). If you want to pipe the value, pass "-" as the argument to read from stdin. The raw error was: ${(error as Error).message}`,
			),
		);
		return undefined;
	}
}

function showShares(
	asked: Asked,
	begun: RekeyStatusBody,
	result: RekeyResultBody,
	context: VaultCliContext,
): Promise<number> | number {
	const { output } = context;
	const fingerprints = result.pgp_fingerprints ?? [];
	output.line('');
	for (const [index, key] of result.keys_base64.entries()) {
		const fingerprint = fingerprints[index];
		const name = `Key ${index + 1}`;
		output.line(
			fingerprint === undefined
				? `${name}: ${key}`
				: `${name} fingerprint: ${fingerprint}; value: ${key}`,
		);
	}
	output.line(`\nOperation nonce: ${result.nonce}`);
	if (fingerprints.length > 0 && result.backup)
		output.line(`\n${wrapCliText(formatBackupNotice())}`);
	if (begun.verification_required !== true) {
		output.line(`\n${wrapCliText(formatRekeyedMessage(begun.n, begun.t))}`);
		return 0;
	}
	const [made, again, below] = formatPendingVerificationMessages(begun.n, begun.t);
	output.line(`\n${wrapCliText(made)}\n`);
	output.error(wrapCliText(again));
	output.line('');
	output.error(wrapCliText(below));
	output.line('');
	return status({ ...asked, verify: true }, context);
}
