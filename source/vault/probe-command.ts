import type { SecretBytes } from '../engine/secret-bytes.ts';
import { createLegacyCommandVault } from './legacy-command-vault.ts';
import { createOperatorCommandVault } from './operator-command-vault.ts';
import { parseRekeyStatus, unwrapResponse } from './parse-json-response.ts';
import { parseRekeyStatusText } from './parse-text-output.ts';
import type { ProbeAttempt, TokenProvider } from './probe-http.ts';
import type { ProbedFeatures } from './request-guards.ts';
import { NO_REKEY_PATTERN } from './response-errors.ts';
import {
	createCommandError,
	runVaultCommand,
	type VaultCommandOptions,
} from './run-vault-command.ts';
import { type Vault, VaultError } from './vault-types.ts';

type CommandAvailability = 'there' | 'later' | 'token' | 'absent';

/** The rekey status commands, newest first, and their output format. */
const COMMAND_FORMS = [
	{ words: ['operator', 'rekey'], json: true },
	{ words: ['operator', 'rekey'], json: false },
	{ words: ['operator', 'rotate-keys'], json: true },
	{ words: ['rekey'], json: false },
] as const;
type CommandForm = (typeof COMMAND_FORMS)[number];

/**
 * Finds out, by status requests only, which rekey command exists, and whether it and the server
 * support verification.
 *
 * @throws VaultError when the instance or the server cannot be reached, or when a response does not
 * show whether new shares can be verified.
 */
export async function probeCommand(
	options: Omit<VaultCommandOptions, 'token'>,
	token: TokenProvider | undefined,
): Promise<ProbeAttempt> {
	const found: string[] = [];
	let given: SecretBytes | undefined;
	let wanted: VaultError | undefined;
	for (const form of COMMAND_FORMS) {
		let seen = await probeForm(options, form, found);
		if (seen.as === 'token') {
			wanted = seen.error;
			given ??= await token?.();
			if (given === undefined) continue;
			seen = await probeForm({ ...options, token: given }, form, found);
		}
		if (seen.as !== 'there' && seen.as !== 'later') continue;
		const withToken = {
			...options,
			...(given && { token: given }),
			...(token && { backupToken: token }),
		};
		return { vault: await createVault(withToken, form, seen.as, found), found };
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

async function probeForm(
	options: VaultCommandOptions,
	form: CommandForm,
	findings: string[],
): Promise<{ as: CommandAvailability; error?: VaultError }> {
	const words = [...form.words, '-status', ...getFormatFlags(form)];
	const asked = `vault ${words.join(' ')}`;
	const result = await runVaultCommand(options, words);
	if (result.exitCode === 0) {
		const text = result.stdout.toString('utf8');
		if (form.json) parseRekeyStatus(unwrapResponse(text));
		else parseRekeyStatusText(text);
		findings.push(`${asked}: answered`);
		return { as: 'there' };
	}
	const error = createCommandError({ what: 'report the rekey status', risk: 'reads' }, result);
	if (error.fault === 'unsent') throw error;
	findings.push(`${asked}: ${error.words[0] ?? error.message}`);
	return { as: classifyError(error), error };
}

function classifyError({ fault, status, words }: VaultError): CommandAvailability {
	// Any response of the server shows that the command exists.
	if (fault === 'unsupported' || status === undefined) return 'absent';
	const said = words.join('; ');
	if (/sealed|not active|not (yet )?initialized|highly-available mode/i.test(said)) return 'later';
	if (status === 401 || status === 403 || /missing client token/i.test(said)) return 'token';
	return 'absent';
}

async function createVault(
	options: VaultCommandOptions,
	form: CommandForm,
	availability: CommandAvailability,
	findings: string[],
) {
	const later = availability === 'later';
	const base: Pick<ProbedFeatures, 'token' | 'undetermined'> = {
		token: options.token !== undefined,
		...(later ? { undetermined: true } : {}),
	};
	if (form.words[0] === 'rekey') {
		const looked = { ...base, family: 'legacy-command', verify: false } as const;
		const vault = createLegacyCommandVault({ ...options, looked });
		if (!later) await assertServerWithoutVerification(vault, findings);
		return vault;
	}
	const verify = !later && (await canVerifyByCommand(options, form, findings));
	const vault = createOperatorCommandVault({
		...options,
		json: form.json,
		subcommand: form.words[1],
		looked: { ...base, family: 'operator-command', verify },
	});
	if (!later && !verify) await assertServerWithoutVerification(vault, findings);
	return vault;
}

/**
 * Rejects a server that could verify although the command cannot ask for it: an old command shows
 * only what it knows. The server's version proves support since 0.10.2, but never its absence.
 *
 * @throws VaultError `unsupported`
 */
async function assertServerWithoutVerification(vault: Vault, findings: string[]): Promise<void> {
	const { version } = await vault.sealStatus();
	findings.push(`vault status: server version ${version === '' ? 'not reported' : version}`);
	const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
	const [major = 0, minor = 0, patch = 0] = parts ?? [];
	if (major === 0 && (minor < 10 || (minor === 10 && patch < 2))) return;
	throw new VaultError(
		'unsupported',
		`Vault ${version} can verify new key shares, but the vault command on the instance cannot request it (found: ${findings.at(-2) ?? ''}). Install a vault command as new as the server, or allow ssh to forward to Vault's port, then rerun. Nothing was sent.`,
		{ words: findings },
	);
}

/** Whether both the command and the server support verification; throws when that is unclear. */
async function canVerifyByCommand(
	options: VaultCommandOptions,
	form: CommandForm,
	findings: string[],
): Promise<boolean> {
	const words = [...form.words, '-verify', '-status', ...getFormatFlags(form)];
	const asked = `vault ${words.join(' ')}`;
	const result = await runVaultCommand(options, words);
	if (result.exitCode === 0) {
		findings.push(`${asked}: answered, so new key shares can be verified`);
		return true;
	}
	const error = createCommandError(
		{ what: 'report the verification status', risk: 'reads' },
		result,
	);
	const said = error.words.join('; ');
	if (NO_REKEY_PATTERN.test(said)) {
		findings.push(`${asked}: ${said}, so new key shares can be verified`);
		return true;
	}
	const nobodys =
		error.fault === 'unsupported' ||
		error.status === 404 ||
		error.status === 405 ||
		/missing client token|permission denied|unsupported path|no handler for route/i.test(said);
	if (nobodys) {
		findings.push(`${asked}: ${error.words[0] ?? ''}, so new key shares cannot be verified`);
		return false;
	}
	throw new VaultError(
		'unclear',
		`Could not determine whether Vault can verify new key shares: ${asked}: ${error.message}`,
		{ words: error.words, cause: error },
	);
}

const getFormatFlags = ({ json }: CommandForm) => (json ? ['-format=json'] : []);
