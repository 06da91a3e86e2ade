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

/** The rekey status commands, newest first, and their output format. */
const FORMS = [
	{ words: ['operator', 'rekey'], json: true },
	{ words: ['operator', 'rekey'], json: false },
	{ words: ['operator', 'rotate-keys'], json: true },
	{ words: ['rekey'], json: false },
] as const;
type Form = (typeof FORMS)[number];

/**
 * Finds out, by status requests only, which rekey command exists, and whether it and the server
 * support verification.
 *
 * @throws VaultError when the instance or the server cannot be reached, or when a response does not
 * show whether new shares can be verified.
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
			? new VaultError('unsupported', 'No vault command on the instance can rekey.', {
					words: found,
				})
			: new VaultError('refused', `Vault requires a token to rekey: ${wanted.message}`, {
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
	const error = commandFailed({ what: 'report the rekey status', risk: 'reads' }, result);
	if (error.fault === 'unsent') throw error;
	found.push(`${asked}: ${error.words[0] ?? error.message}`);
	return { as: outcome(error), error };
}

function outcome({ fault, status, words }: VaultError): Seen {
	// Any response of the server shows that the command exists.
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
 * Rejects a server that could verify although the command cannot ask for it: an old command shows
 * only what it knows. The server's version proves support since 0.10.2, but never its absence.
 *
 * @throws VaultError `unsupported`
 */
async function assertAsOld(vault: Vault, found: string[]): Promise<void> {
	const { version } = await vault.sealStatus();
	found.push(`vault status: server version ${version === '' ? 'not reported' : version}`);
	const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
	const [major = 0, minor = 0, patch = 0] = parts ?? [];
	if (major === 0 && (minor < 10 || (minor === 10 && patch < 2))) return;
	throw new VaultError(
		'unsupported',
		`Vault ${version} can verify new key shares, but the vault command on the instance cannot request it (found: ${found.at(-2) ?? ''}). Install a vault command as new as the server, or allow ssh to forward to Vault's port, then rerun. Nothing was sent.`,
		{ words: found },
	);
}

/** Whether both the command and the server support verification; throws when that is unclear. */
async function canVerify(options: CommandOptions, form: Form, found: string[]): Promise<boolean> {
	const words = [...form.words, '-verify', '-status', ...formatOf(form)];
	const asked = `vault ${words.join(' ')}`;
	const result = await runVault(options, words);
	if (result.exitCode === 0) {
		found.push(`${asked}: answered, so new key shares can be verified`);
		return true;
	}
	const error = commandFailed({ what: 'report the verification status', risk: 'reads' }, result);
	const said = error.words.join('; ');
	if (NO_REKEY.test(said)) {
		found.push(`${asked}: ${said}, so new key shares can be verified`);
		return true;
	}
	const nobodys =
		error.fault === 'unsupported' ||
		error.status === 404 ||
		error.status === 405 ||
		/missing client token|permission denied|unsupported path|no handler for route/i.test(said);
	if (nobodys) {
		found.push(`${asked}: ${error.words[0] ?? ''}, so new key shares cannot be verified`);
		return false;
	}
	throw new VaultError(
		'unclear',
		`Could not determine whether Vault can verify new key shares: ${asked}: ${error.message}`,
		{ words: error.words, cause: error },
	);
}

const formatOf = ({ json }: Form) => (json ? ['-format=json'] : []);
