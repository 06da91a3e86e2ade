import { encodeKey } from './encode-key.ts';
import {
	parseLeadership,
	parseRekeyStatus,
	parseResponseAsBackup,
	parseSealStatus,
	parseShareBackup,
	parseSubmitResult,
	parseVerificationResult,
	parseVerificationStatus,
	unwrapResponse,
} from './parse-json-response.ts';
import {
	parseLeadershipText,
	parseRekeyStatusText,
	parseResponseTextAsBackup,
	parseSealStatusText,
	parseShareBackupText,
	parseSubmitResultText,
	parseVerificationResultText,
	parseVerificationStatusText,
} from './parse-text-output.ts';
import { withPublicKeyFiles } from './public-key-files.ts';
import { createRecoverableCommands } from './recoverable-command.ts';
import {
	assertSafeRekeyRequest,
	assertVerificationNonce,
	checkRekeyNonce,
	type ProbedFeatures,
} from './request-guards.ts';
import {
	getDefaultIfRefused,
	NO_REKEY_PATTERN,
	NO_VERIFICATION,
	NOT_INITIALIZED_PATTERN,
	type RequestDescription,
	UNINITIALIZED_SEAL_STATUS,
} from './response-errors.ts';
import {
	createCommandError,
	runVaultCommand,
	unsealByCommand,
	type VaultCommandOptions,
	type VaultCommandResult,
} from './run-vault-command.ts';
import type { RekeyStatus, Vault, VerificationStatus } from './vault-types.ts';

interface OperatorCommandVaultOptions extends VaultCommandOptions {
	looked: ProbedFeatures & { family: 'operator-command' };
	/** False if the command has no `-format` flag yet (0.9.2, 0.9.3). */
	json: boolean;
	/** OpenBao's own command, which requires a token, is `rotate-keys`. */
	subcommand?: 'rekey' | 'rotate-keys';
}

interface StatusCommandOptions {
	by?: VaultCommandOptions;
	stdin?: Buffer;
	fine?: (result: VaultCommandResult) => boolean;
}
const exitedSuccessfully = ({ exitCode }: VaultCommandResult) => exitCode === 0;

/**
 * Vault's command line since 0.9.2, `vault operator rekey`. Keys go to standard input, as `-`, and
 * only with a nonce: without one the command ignores them (#3969).
 */
export function createOperatorCommandVault(options: OperatorCommandVaultOptions): Vault {
	const { looked, json } = options;
	const format = json ? ['-format=json'] : [];
	const rekey = ['operator', options.subcommand ?? 'rekey'];
	const either =
		<T>(fromJson: (body: unknown) => T, fromProse: (text: string) => T) =>
		(text: string): T =>
			json && text.trimStart().startsWith('{') ? fromJson(unwrapResponse(text)) : fromProse(text);

	const ask = async (
		asking: RequestDescription,
		words: readonly string[],
		{ by = options, stdin, fine = exitedSuccessfully }: StatusCommandOptions = {},
	): Promise<string> => {
		const result = await runVaultCommand(by, words, stdin);
		if (!fine(result)) throw createCommandError(asking, result);
		return result.stdout.toString('utf8');
	};
	const reads = (what: string): RequestDescription => ({ what, risk: 'reads' });

	// A sealed Vault exits with 2, like a refusal, but prints its status to standard output.
	const status = async (what: string) =>
		ask(reads(what), ['status', ...format], {
			fine: ({ exitCode, stdout }) => exitCode === 0 || (exitCode === 2 && stdout.length > 0),
		});
	const sealStatus = async () => {
		try {
			return either(parseSealStatus, parseSealStatusText)(await status('report its seal status'));
		} catch (thrown) {
			return getDefaultIfRefused(thrown, NOT_INITIALIZED_PATTERN, UNINITIALIZED_SEAL_STATUS);
		}
	};
	const rekeyStatus = async (): Promise<RekeyStatus> =>
		either(
			parseRekeyStatus,
			parseRekeyStatusText,
		)(await ask(reads('report the rekey status'), [...rekey, '-status', ...format]));
	const verificationStatus = async (): Promise<VerificationStatus> => {
		try {
			const words = [...rekey, '-verify', '-status', ...format];
			return either(
				parseVerificationStatus,
				parseVerificationStatusText,
			)(await ask(reads('report the verification status'), words));
		} catch (thrown) {
			return getDefaultIfRefused(thrown, NO_REKEY_PATTERN, NO_VERIFICATION);
		}
	};
	const lasting = createRecoverableCommands(options, {
		retrieve: (by) =>
			ask(reads('return the backup of the shares'), [...rekey, '-backup-retrieve', ...format], {
				by,
			}),
		readRetrieved: either(parseShareBackup, parseShareBackupText),
		readWaiting: (text) => parseResponseAsBackup(text) ?? parseResponseTextAsBackup(text),
	});

	return {
		how: `vault operator ${rekey[1]} over ${options.runner.how}`,
		abilities: looked,
		sealStatus,
		rekeyStatus,
		verificationStatus,
		async leadership() {
			return either(parseLeadership, parseLeadershipText)(await status('report the leader'));
		},
		async startRekey(request) {
			assertSafeRekeyRequest(request, looked);
			return withPublicKeyFiles(options, request, async (files) => {
				const words = [
					...rekey,
					'-init',
					...(request.verify ? ['-verify'] : []),
					`-key-shares=${request.shares}`,
					`-key-threshold=${request.threshold}`,
					`-pgp-keys=${files.join(',')}`,
					...(request.backup ? ['-backup'] : []),
					...format,
				];
				const asking: RequestDescription = { what: 'start a rekey', risk: 'prepares' };
				return either(parseRekeyStatus, parseRekeyStatusText)(await ask(asking, words));
			});
		},
		async submitShare(share, nonce, request) {
			const asking: RequestDescription = { what: 'accept a current key share', risk: 'commits' };
			const words = [...rekey, `-nonce=${nonce}`, ...format, '-'];
			const send = async (by: VaultCommandOptions) =>
				either(
					(body) => parseSubmitResult(body, request.shares),
					(prose) => parseSubmitResultText(prose, request.shares),
				)(await ask(asking, words, { by, stdin: encodeKey(share) }));
			// Without verification this request is the commit.
			return looked.verify ? send(options) : lasting.submit(nonce, send);
		},
		async cancelRekey(nonce) {
			if (!checkRekeyNonce(await rekeyStatus(), nonce)) return;
			const asking: RequestDescription = { what: 'cancel the rekey', risk: 'prepares' };
			await ask(asking, [...rekey, '-cancel', `-nonce=${nonce}`]);
		},
		async proveShare(share, verificationNonce) {
			const asking: RequestDescription = { what: 'verify a new key share', risk: 'commits' };
			const words = [...rekey, '-verify', `-nonce=${verificationNonce}`, ...format, '-'];
			const text = await ask(asking, words, { stdin: encodeKey(share) });
			return either(parseVerificationResult, parseVerificationResultText)(text);
		},
		async restartVerification(verificationNonce) {
			assertVerificationNonce(await verificationStatus(), verificationNonce);
			const asking: RequestDescription = { what: 'restart the verification', risk: 'prepares' };
			await ask(asking, [...rekey, '-verify', '-cancel', `-nonce=${verificationNonce}`]);
		},
		keptBackup: lasting.keptBackup,
		forgetAnswer: lasting.forgetAnswer,
		async unseal(share) {
			await unsealByCommand(options, share);
			return sealStatus();
		},
	};
}
