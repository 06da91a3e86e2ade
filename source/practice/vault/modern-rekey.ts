import { type Client, call, clientFrom } from './client.ts';
import type {
	BackupBody,
	CommandContext,
	RekeyResultBody,
	RekeyStatusBody,
	VerificationBody,
} from './command.ts';
import { parseFlags } from './flags.ts';
import { FORMAT, json, refused, table } from './modern-parts.ts';
import { statusJson, statusTable, verificationTable } from './modern-tables.ts';
import { keptLines, NO_BACKUP, NO_KEYS, notYetLines, rekeyedLines } from './modern-words.ts';
import { keysFromFiles } from './pgp-files.ts';
import { pipedKey, typedKey, wrapped } from './prompt.ts';

const FLAGS = {
	...FORMAT,
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
	client: Client;
	verify: boolean;
	format: string;
	nonce: string;
}

/** `vault operator rekey` */
export async function modernRekey(
	args: readonly string[],
	context: CommandContext,
): Promise<number> {
	const { flags, words } = parseFlags(args, FLAGS);
	const pgpKeys = await keysFromFiles(flags['pgp-keys']);
	const { output } = context;
	if (words.length > 1) {
		output.error(`Too many arguments (expected 0-1, got ${words.length})`);
		return 1;
	}
	if (flags.target !== 'barrier') {
		output.error(`Unknown target: ${flags.target}`);
		return 1;
	}
	const client = clientFrom(context.environment);
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
	context: CommandContext,
): Promise<number> {
	const { output } = context;
	try {
		const begun = await call<RekeyStatusBody>(client, 'PUT', 'sys/rekey/init', body);
		if (format !== 'json') {
			if (body.pgp_keys.length === 0) output.error(`${wrapped(NO_KEYS)}`);
			else if (!body.backup) output.error(`${wrapped(NO_BACKUP)}`);
			if (!body.backup) output.line('');
		}
		output.line(format === 'json' ? statusJson(begun) : statusTable(begun));
		return 0;
	} catch (error) {
		return refused(context, 'Error initializing rekey', error);
	}
}

/** Prints text in any format; `-verify` cancels only the verification. */
async function cancel({ client, verify }: Asked, context: CommandContext): Promise<number> {
	try {
		await call(client, 'DELETE', verify ? 'sys/rekey/verify' : 'sys/rekey/init');
		context.output.line('Success! Canceled rekeying (if it was started)');
		return 0;
	} catch (error) {
		return refused(context, 'Error canceling rekey', error);
	}
}

async function status({ client, verify, format }: Asked, context: CommandContext): Promise<number> {
	const { output } = context;
	try {
		if (verify) {
			const body = await call<VerificationBody>(client, 'GET', 'sys/rekey/verify');
			output.line(format === 'json' ? json(body) : verificationTable(body));
		} else {
			const body = await call<RekeyStatusBody>(client, 'GET', 'sys/rekey/init');
			output.line(format === 'json' ? statusJson(body) : statusTable(body));
		}
		return 0;
	} catch (error) {
		return refused(context, 'Error reading rekey status', error);
	}
}

/** The field names are capitalized here, unlike everywhere else. */
async function retrieve({ client, format }: Asked, context: CommandContext): Promise<number> {
	const { output } = context;
	try {
		const body = await call<BackupBody>(client, 'GET', 'sys/rekey/backup');
		const data = { Keys: body.keys, KeysB64: body.keys_base64, Nonce: body.nonce };
		output.line(
			format === 'json'
				? json({
						request_id: '',
						lease_id: '',
						lease_duration: 0,
						renewable: false,
						data,
						warnings: null,
					})
				: table([
						['Keys', json(body.keys)],
						['KeysB64', json(body.keys_base64)],
						['Nonce', body.nonce],
					]),
		);
		return 0;
	} catch (error) {
		return refused(context, 'Error retrieving rekey stored keys', error);
	}
}

async function deleteBackup({ client }: Asked, context: CommandContext): Promise<number> {
	try {
		await call(client, 'DELETE', 'sys/rekey/backup');
		context.output.line('Success! Delete stored keys (if they existed)');
		return 0;
	} catch (error) {
		return refused(context, 'Error deleting rekey stored keys', error);
	}
}

async function provide(asked: Asked, word: string, context: CommandContext): Promise<number> {
	const { client, verify, format } = asked;
	const { output } = context;
	let begun: RekeyStatusBody;
	try {
		begun = await call(client, 'GET', verify ? 'sys/rekey/verify' : 'sys/rekey/init');
	} catch (error) {
		return refused(context, 'Error getting rekey status', error);
	}
	if (!begun.started) {
		output.error(
			wrapped(
				'No rekey is in progress. Start a rekey process by running "vault operator rekey -init".',
			),
		);
		return 1;
	}
	let { nonce } = asked;
	let key = word;
	if (word === '-') key = await pipedKey();
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
			const proving = await call<VerificationBody>(client, 'PUT', 'sys/rekey/verify', body);
			if (proving.complete !== true) return status(asked, context);
			output.line(
				wrapped(
					'Rekey verification successful. The rekey operation is complete and the new keys are now active.',
				),
			);
			return 0;
		}
		const result = await call<RekeyResultBody>(client, 'PUT', 'sys/rekey/update', { key, nonce });
		if (result.complete !== true) return status(asked, context);
		if (format === 'json') output.line(json(result));
		else return showShares(asked, begun, result, context);
		return 0;
	} catch (error) {
		return refused(context, 'Error posting unseal key', error);
	}
}

async function asking(nonce: string, { output }: CommandContext): Promise<string | undefined> {
	output.raw(`Rekey operation nonce: ${nonce}\nUnseal Key (will be hidden): `);
	try {
		const key = await typedKey('file descriptor 0 is not a terminal');
		output.raw('\n');
		return key;
	} catch (error) {
		output.raw('\n');
		output.error(
			wrapped(
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
	context: CommandContext,
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
	if (fingerprints.length > 0 && result.backup) output.line(`\n${wrapped(keptLines())}`);
	if (begun.verification_required !== true) {
		output.line(`\n${wrapped(rekeyedLines(begun.n, begun.t))}`);
		return 0;
	}
	const [made, again, below] = notYetLines(begun.n, begun.t);
	output.line(`\n${wrapped(made)}\n`);
	output.error(wrapped(again));
	output.line('');
	output.error(wrapped(below));
	output.line('');
	return status({ ...asked, verify: true }, context);
}
