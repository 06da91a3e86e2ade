import type { SecretBytes } from '../engine/secret-bytes.ts';
import { type CommandOptions, commandFailed, runVault } from './command.ts';
import { type Vault, VaultError } from './contract.ts';
import type { Looked } from './guard.ts';
import { legacyVault } from './legacy.ts';
import { operatorVault } from './operator.ts';
import { answerBody, readRekeyStatus } from './parse-json.ts';
import { proseRekeyStatus } from './parse-prose.ts';
import type { Sight, TokenSource } from './probe-http.ts';
import { NO_REKEY } from './refusal.ts';

type Seen = 'there' | 'later' | 'token' | 'absent';

/** The commands that tell of a rekey, newest first, and how each is then spoken. */
const FORMS = [
	{ words: ['operator', 'rekey'], json: true },
	{ words: ['operator', 'rekey'], json: false },
	{ words: ['operator', 'rotate-keys'], json: true },
	{ words: ['rekey'], json: false },
] as const;
type Form = (typeof FORMS)[number];

/**
 * Finds out by asking for the status alone which rekey command there is, and whether it and the
 * server can verify.
 *
 * @throws VaultError when the machine or the server cannot be reached, or an answer leaves it open
 * whether new shares could be verified.
 */
export async function probeCommand(
	options: Omit<CommandOptions, 'token'>,
	token: TokenSource | undefined,
): Promise<Sight> {
	const found: string[] = [];
	let given: SecretBytes | undefined;
	let wanted: VaultError | undefined;
	for (const form of FORMS) {
		let seen = await look(options, form, found);
		if (seen.as === 'token') {
			wanted = seen.error;
			given ??= await token?.();
			if (given === undefined) continue;
			seen = await look({ ...options, token: given }, form, found);
		}
		if (seen.as !== 'there' && seen.as !== 'later') continue;
		const withToken = {
			...options,
			...(given && { token: given }),
			...(token && { backupToken: token }),
		};
		return { vault: await made(withToken, form, seen.as, found), found };
	}
	const lack =
		wanted === undefined
			? new VaultError('unsupported', 'No vault command there can rekey.', { words: found })
			: new VaultError('refused', `Vault wants a token to rekey: ${wanted.message}`, {
					words: wanted.words,
				});
	return { found, lack };
}

async function look(
	options: CommandOptions,
	form: Form,
	found: string[],
): Promise<{ as: Seen; error?: VaultError }> {
	const words = [...form.words, '-status', ...formatOf(form)];
	const asked = `vault ${words.join(' ')}`;
	const result = await runVault(options, words);
	if (result.exitCode === 0) {
		const text = result.stdout.toString('utf8');
		if (form.json) readRekeyStatus(answerBody(text));
		else proseRekeyStatus(text);
		found.push(`${asked}: answered`);
		return { as: 'there' };
	}
	const error = commandFailed({ what: 'tell of a rekey', risk: 'reads' }, result);
	if (error.fault === 'unsent') throw error;
	found.push(`${asked}: ${error.words[0] ?? error.message}`);
	return { as: outcome(error), error };
}

function outcome({ fault, status, words }: VaultError): Seen {
	// Anything a server answered shows that the command is there.
	if (fault === 'unsupported' || status === undefined) return 'absent';
	const said = words.join('; ');
	if (/sealed|not active|not (yet )?initialized|highly-available mode/i.test(said)) return 'later';
	if (status === 401 || status === 403 || /missing client token/i.test(said)) return 'token';
	return 'absent';
}

async function made(options: CommandOptions, form: Form, seen: Seen, found: string[]) {
	const later = seen === 'later';
	const base: Pick<Looked, 'token' | 'undetermined'> = {
		token: options.token !== undefined,
		...(later ? { undetermined: true } : {}),
	};
	if (form.words[0] === 'rekey') {
		const looked = { ...base, family: 'legacy-command', verify: false } as const;
		const vault = legacyVault({ ...options, looked });
		if (!later) await assertAsOld(vault, found);
		return vault;
	}
	const verify = !later && (await canVerify(options, form, found));
	const vault = operatorVault({
		...options,
		json: form.json,
		subcommand: form.words[1],
		looked: { ...base, family: 'operator-command', verify },
	});
	if (!later && !verify) await assertAsOld(vault, found);
	return vault;
}

/**
 * What a command cannot ask for may be there all the same: an old one shows only what it knows of, and
 * so says nothing of verifying. The server's version never shows that it cannot, but since 0.10.2 that
 * it can.
 *
 * @throws VaultError `unsupported`
 */
async function assertAsOld(vault: Vault, found: string[]): Promise<void> {
	const { version } = await vault.sealStatus();
	found.push(`vault status: the server calls itself ${version === '' ? 'nothing' : version}`);
	const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
	const [major = 0, minor = 0, patch = 0] = parts ?? [];
	if (major === 0 && (minor < 10 || (minor === 10 && patch < 2))) return;
	throw new VaultError(
		'unsupported',
		`Vault ${version} verifies new shares before they count, and the vault command there cannot ask it to (found: ${found.at(-2) ?? ''}). Wanted: a way that can. Install a vault command as new as the server, or let ssh forward to the port of Vault, and look again. Nothing was sent.`,
		{ words: found },
	);
}

/** Both the command and the server must know it; what cannot be told apart is thrown. */
async function canVerify(options: CommandOptions, form: Form, found: string[]): Promise<boolean> {
	const words = [...form.words, '-verify', '-status', ...formatOf(form)];
	const asked = `vault ${words.join(' ')}`;
	const result = await runVault(options, words);
	if (result.exitCode === 0) {
		found.push(`${asked}: answered, so new shares can be verified`);
		return true;
	}
	const error = commandFailed({ what: 'tell of a verification', risk: 'reads' }, result);
	const said = error.words.join('; ');
	if (NO_REKEY.test(said)) {
		found.push(`${asked}: ${said}, so new shares can be verified`);
		return true;
	}
	const nobodys =
		error.fault === 'unsupported' ||
		error.status === 404 ||
		error.status === 405 ||
		/missing client token|permission denied|unsupported path|no handler for route/i.test(said);
	if (nobodys) {
		found.push(`${asked}: ${error.words[0] ?? ''}, so new shares cannot be verified`);
		return false;
	}
	throw new VaultError(
		'unclear',
		`It cannot be told whether Vault verifies new shares: ${asked}: ${error.message}`,
		{ words: error.words, cause: error },
	);
}

const formatOf = ({ json }: Form) => (json ? ['-format=json'] : []);
