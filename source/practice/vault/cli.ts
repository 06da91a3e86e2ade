import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { VersionProfile } from './version-profiles.ts';

const USAGE = `The emulated Vault supports these commands:

    status
    operator unseal [KEY]
    operator rekey -init [-verify] [-key-shares=N] [-key-threshold=N]
    operator rekey [-verify] -status | -cancel
    operator rekey [-verify] [-nonce=NONCE] KEY | -
    operator rekey -backup-delete
    write sys/unseal key=-
    version`;

const REKEY_FLAGS = {
	init: { type: 'boolean' },
	status: { type: 'boolean' },
	cancel: { type: 'boolean' },
	verify: { type: 'boolean' },
	'backup-delete': { type: 'boolean' },
	nonce: { type: 'string' },
	'key-shares': { type: 'string', default: '5' },
	'key-threshold': { type: 'string', default: '3' },
} as const satisfies ParseArgsConfig['options'];

type Method = 'GET' | 'PUT' | 'DELETE';
type Body = Readonly<Record<string, unknown>>;
type SendRequest = (method: Method, path: string, body?: Body) => Promise<Body>;

/** A failed request, with the wording of Vault's own client. */
class ApiRequestError extends Error {
	override readonly name = 'ApiRequestError';
}

/**
 * Runs the commands that the program and its documentation print for operators. Results are tables of
 * names and values.
 *
 * @returns As of `vault`: 1 for invalid usage, 2 for errors and `status` of a sealed Vault.
 */
export async function runEmulatedVaultCommand(
	argv: readonly string[],
	environment: NodeJS.ProcessEnv,
	profile: VersionProfile,
): Promise<number> {
	const address = (environment.VAULT_ADDR || 'http://127.0.0.1:8200').replace(/\/$/, '');
	const send: SendRequest = (method, path, body) =>
		sendApiRequest(`${address}/v1/${path}`, environment.VAULT_TOKEN, method, body);
	const unseal = async (key: string | undefined) =>
		print(formatSealStatus(await send('PUT', 'sys/unseal', { key: await readKey(key) })));
	const words = argv.filter((word) => !/^--?address=/.test(word));
	const args = words.slice(words[0] === 'operator' ? 2 : 1);
	try {
		switch (words.slice(0, words.length - args.length).join(' ')) {
			case 'version':
				print(`Vault v${profile.version}`);
				return 0;
			case 'status': {
				const seal = await send('GET', 'sys/seal-status');
				print(formatSealStatus(seal));
				return seal.sealed === true ? 2 : 0;
			}
			case 'operator unseal':
				await unseal(args[0]);
				return 0;
			case 'write':
				if (args.join(' ') !== 'sys/unseal key=-') break;
				await unseal('-');
				return 0;
			case 'operator rekey':
				return await rekey(args, send);
		}
	} catch (error) {
		if (!(error instanceof ApiRequestError)) throw error;
		printError(error.message);
		return 2;
	}
	printError(USAGE);
	return 1;
}

async function rekey(args: readonly string[], send: SendRequest): Promise<number> {
	const parsed = parseRekeyFlags(args);
	if (typeof parsed === 'string') {
		printError(parsed);
		return 1;
	}
	const { values: flags, positionals } = parsed;
	const path = flags.verify ? 'sys/rekey/verify' : 'sys/rekey/init';
	if (flags['backup-delete']) {
		await send('DELETE', 'sys/rekey/backup');
		print('Success! Delete stored keys (if they existed)');
	} else if (flags.cancel) {
		await send('DELETE', path);
		print('Success! Canceled rekeying (if it was started)');
	} else if (flags.init) {
		const body = {
			secret_shares: Number(flags['key-shares']),
			secret_threshold: Number(flags['key-threshold']),
			require_verification: flags.verify === true,
		};
		print(formatTable(Object.entries(await send('PUT', 'sys/rekey/init', body))));
	} else if (flags.status) {
		print(formatTable(Object.entries(await send('GET', path))));
	} else {
		const status = await send('GET', path);
		if (status.started !== true) {
			printError(
				'No rekey is in progress. Start a rekey process by running "vault operator rekey -init".',
			);
			return 1;
		}
		const body = { key: await readKey(positionals[0]), nonce: flags.nonce ?? status.nonce };
		const update = flags.verify ? path : 'sys/rekey/update';
		print(formatTable(Object.entries(await send('PUT', update, body))));
	}
	return 0;
}

/** Returns a message if a flag is not supported, so that none is silently ignored. */
function parseRekeyFlags(args: readonly string[]) {
	try {
		return parseArgs({
			// Go accepts one hyphen or two.
			args: args.map((word) => word.replace(/^-(?=\w)/, '--')),
			options: REKEY_FLAGS,
			allowPositionals: true,
		});
	} catch (error) {
		return (error as Error).message;
	}
}

function formatSealStatus(seal: Body): string {
	return formatTable([
		['Seal Type', seal.type],
		['Initialized', seal.initialized],
		['Sealed', seal.sealed],
		['Total Shares', seal.n],
		['Threshold', seal.t],
		...(seal.sealed === true ? [['Unseal Progress', `${seal.progress}/${seal.t}`] as const] : []),
		['Version', seal.version],
		['Storage Type', seal.storage_type],
	]);
}

/** Formats a table of names and values with a header. Empty values are `n/a`. */
function formatTable(rows: readonly (readonly [string, unknown])[]): string {
	const all = [['Key', 'Value'], ['---', '-----'], ...rows] as const;
	const width = Math.max(...all.map(([name]) => name.length));
	return all
		.map(([name, value]) => `${name.padEnd(width)}    ${`${value ?? ''}` || 'n/a'}`)
		.join('\n');
}

const print = (text: string) => void process.stdout.write(`${text}\n`);
const printError = (text: string) => void process.stderr.write(`${text}\n`);

/** The given key; from standard input for `-`, and from the terminal, without echo, for none. */
async function readKey(given: string | undefined): Promise<string> {
	if (given !== undefined && given !== '-') return given;
	const { stdin } = process;
	const typed = given === undefined;
	if (typed) {
		if (!stdin.isTTY) throw new ApiRequestError('file descriptor 0 is not a terminal');
		stdin.setRawMode(true);
		process.stdout.write('Unseal Key (will be hidden): ');
	}
	try {
		let text = '';
		for await (const chunk of stdin as AsyncIterable<Buffer>) {
			text += chunk.toString();
			// Ctrl-C in raw mode.
			if (typed && text.includes('\u0003')) throw new ApiRequestError('interrupted');
			if (typed && /[\r\n]/.test(text)) break;
		}
		return text.trim();
	} finally {
		if (typed) {
			stdin.setRawMode(false);
			print('');
		}
		stdin.destroy();
	}
}

async function sendApiRequest(
	url: string,
	token: string | undefined,
	method: Method,
	body: Body | undefined,
): Promise<Body> {
	const response = await fetch(url, {
		method,
		...(token ? { headers: { 'X-Vault-Token': token } } : {}),
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	}).catch((error: Error) => {
		const why = error.cause instanceof Error ? error.cause.message : error.message;
		throw new ApiRequestError(`${method} "${url}": ${why}`);
	});
	const text = await response.text();
	const parsed = (text.trim() === '' ? {} : JSON.parse(text)) as Body & { errors?: string[] };
	if (response.ok) return parsed;
	const lines = (parsed.errors ?? []).map((error) => `* ${error}`).join('\n');
	throw new ApiRequestError(
		`Error making API request.\n\nURL: ${method} ${url}\nCode: ${response.status}. Errors:\n\n${lines}`,
	);
}
