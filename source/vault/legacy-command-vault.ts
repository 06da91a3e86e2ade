import { SecretBytes } from '../engine/secret-bytes.ts';
import { encodeKey } from './encode-key.ts';
import {
	parseLeadershipText,
	parseRekeyStatusText,
	parseResponseTextAsBackup,
	parseSealStatusText,
	parseShareBackupText,
	parseSubmitResultText,
} from './parse-text-output.ts';
import { withPublicKeyFiles } from './public-key-files.ts';
import { createRecoverableCommands } from './recoverable-command.ts';
import { assertSafeRekeyRequest, checkRekeyNonce, type ProbedFeatures } from './request-guards.ts';
import {
	getDefaultIfRefused,
	NO_VERIFICATION,
	NOT_INITIALIZED_PATTERN,
	type RequestDescription,
	UNINITIALIZED_SEAL_STATUS,
} from './response-errors.ts';
import {
	createCommandError,
	runVaultCommand,
	runVaultCommandInTerminal,
	unsealByCommand,
	type VaultCommandOptions,
	type VaultCommandResult,
} from './run-vault-command.ts';
import { type RekeyRequest, type RekeyStatus, type Vault, VaultError } from './vault-types.ts';

interface LegacyCommandVaultOptions extends VaultCommandOptions {
	looked: ProbedFeatures & { family: 'legacy-command' };
}

/**
 * What the command prints before it reads a key. On a terminal it uses the server's nonce instead of
 * ours, so nothing is typed unless the prompt shows ours; otherwise the command times out.
 */
const getExpectedPrompt = (nonce: string) =>
	`Rekey operation nonce: ${nonce}\nKey (will be hidden): `;

/**
 * Vault's command line before 0.9.2, `vault rekey`, which prints prose only. It reads a key from a
 * terminal, never from standard input, and starts a rekey of its own when none is in progress. So
 * the status is checked before each share, all flags of the rekey are repeated, and the key is
 * typed only at a prompt that shows our nonce.
 */
export function createLegacyCommandVault(options: LegacyCommandVaultOptions): Vault {
	const { looked } = options;

	const ask = async (
		asking: RequestDescription,
		words: readonly string[],
		by: VaultCommandOptions = options,
	): Promise<VaultCommandResult> => {
		const result = await runVaultCommand(by, words);
		if (result.exitCode !== 0) throw createCommandError(asking, result);
		return result;
	};
	const text = ({ stdout }: VaultCommandResult) => stdout.toString('utf8');

	// A sealed Vault exits with 2 and prints its status to standard output.
	const status = async (what: string) => {
		const result = await runVaultCommand(options, ['status']);
		if (result.exitCode === 0 || (result.exitCode === 2 && result.stdout.length > 0)) {
			return text(result);
		}
		throw createCommandError({ what, risk: 'reads' }, result);
	};
	const sealStatus = async () => {
		try {
			return parseSealStatusText(await status('report its seal status'));
		} catch (thrown) {
			return getDefaultIfRefused(thrown, NOT_INITIALIZED_PATTERN, UNINITIALIZED_SEAL_STATUS);
		}
	};
	const rekeyStatus = async (): Promise<RekeyStatus> =>
		parseRekeyStatusText(
			text(await ask({ what: 'report the rekey status', risk: 'reads' }, ['rekey', '-status'])),
		);
	const lasting = createRecoverableCommands(options, {
		retrieve: async (by) =>
			text(
				await ask(
					{ what: 'return the backup of the shares', risk: 'reads' },
					['rekey', '-retrieve'],
					by,
				),
			),
		readRetrieved: parseShareBackupText,
		readWaiting: parseResponseTextAsBackup,
	});
	const withoutVerification = async (): Promise<never> => {
		throw new VaultError(
			'unsupported',
			'This Vault cannot verify new key shares. Nothing was sent.',
		);
	};

	return {
		how: `vault rekey over ${options.runner.how}`,
		abilities: looked,
		sealStatus,
		rekeyStatus,
		async leadership() {
			return parseLeadershipText(await status('report the leader'));
		},
		async startRekey(request) {
			assertSafeRekeyRequest(request, looked);
			return withPublicKeyFiles(options, request, async (files) => {
				const words = ['rekey', '-init', ...createRekeyFlags(request, files)];
				return parseRekeyStatusText(
					text(await ask({ what: 'start a rekey', risk: 'prepares' }, words)),
				);
			});
		},
		async submitShare(share, nonce, request) {
			assertSafeRekeyRequest(request, looked);
			const asking: RequestDescription = { what: 'accept a current key share', risk: 'commits' };
			return withPublicKeyFiles(options, request, (files) =>
				lasting.submit(nonce, async (by) => {
					const now = await rekeyStatus();
					if (!now.started) {
						throw new VaultError(
							'refused',
							'The rekey is no longer in progress. The key share was not sent.',
						);
					}
					checkRekeyNonce(now, nonce);
					const words = ['rekey', ...createRekeyFlags(request, files), `-nonce=${nonce}`];
					const reply = new SecretBytes(encodeKey(share));
					try {
						const prompt = getExpectedPrompt(nonce);
						const result = await runVaultCommandInTerminal(by, words, { prompt, reply });
						if (result.exitCode !== 0) throw createCommandError(asking, result);
						return parseSubmitResultText(text(result), request.shares);
					} finally {
						reply.wipe();
					}
				}),
			);
		},
		async cancelRekey(nonce) {
			if (!checkRekeyNonce(await rekeyStatus(), nonce)) return;
			const words = ['rekey', '-cancel', `-nonce=${nonce}`];
			await ask({ what: 'cancel the rekey', risk: 'prepares' }, words);
		},
		async verificationStatus() {
			return NO_VERIFICATION;
		},
		proveShare: withoutVerification,
		restartVerification: withoutVerification,
		keptBackup: lasting.keptBackup,
		forgetAnswer: lasting.forgetAnswer,
		async unseal(share) {
			await unsealByCommand(options, share);
			return sealStatus();
		},
	};
}

function createRekeyFlags(request: RekeyRequest, files: readonly string[]): string[] {
	return [
		`-key-shares=${request.shares}`,
		`-key-threshold=${request.threshold}`,
		`-pgp-keys=${files.join(',')}`,
		...(request.backup ? ['-backup=true'] : []),
	];
}
