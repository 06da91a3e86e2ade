import { SecretBytes } from '../engine/secret-bytes.ts';
import {
	type CommandOptions,
	type CommandResult,
	commandFailed,
	runVault,
	runVaultInTerminal,
	unsealByWrite,
} from './command.ts';
import { withKeyFiles } from './command-keys.ts';
import { lastingCommands } from './command-lasting.ts';
import { type RekeyRequest, type RekeyStatus, type Vault, VaultError } from './contract.ts';
import { assertSafe, type Looked, stillOurs } from './guard.ts';
import { keyOnTheWire } from './key-on-the-wire.ts';
import {
	proseCopyIn,
	proseKeptBackup,
	proseLeadership,
	proseRekeyStatus,
	proseSealStatus,
	proseSubmitted,
} from './parse-prose.ts';
import {
	type Asking,
	NOT_INITIALIZED,
	NOTHING_TO_PROVE,
	noneFor,
	UNINITIALIZED,
} from './refusal.ts';

export interface LegacyVaultOptions extends CommandOptions {
	looked: Looked & { family: 'legacy-command' };
}

/**
 * What the command prints before it reads a key. On a terminal it uses the server's nonce instead of
 * ours, so nothing is typed unless the prompt shows ours; otherwise the command times out.
 */
const promptFor = (nonce: string) => `Rekey operation nonce: ${nonce}\nKey (will be hidden): `;

/**
 * Vault's command line before 0.9.2, `vault rekey`, which prints prose only. It reads a key from a
 * terminal, never from standard input, and starts a rekey of its own when none is in progress. So
 * the status is checked before each share, all flags of the rekey are repeated, and the key is
 * typed only at a prompt that shows our nonce.
 */
export function legacyVault(options: LegacyVaultOptions): Vault {
	const { looked } = options;

	const ask = async (
		asking: Asking,
		words: readonly string[],
		by: CommandOptions = options,
	): Promise<CommandResult> => {
		const result = await runVault(by, words);
		if (result.exitCode !== 0) throw commandFailed(asking, result);
		return result;
	};
	const text = ({ stdout }: CommandResult) => stdout.toString('utf8');

	// A sealed Vault exits with 2 and prints its status to standard output.
	const status = async (what: string) => {
		const result = await runVault(options, ['status']);
		if (result.exitCode === 0 || (result.exitCode === 2 && result.stdout.length > 0)) {
			return text(result);
		}
		throw commandFailed({ what, risk: 'reads' }, result);
	};
	const sealStatus = async () => {
		try {
			return proseSealStatus(await status('report its seal status'));
		} catch (thrown) {
			return noneFor(thrown, NOT_INITIALIZED, UNINITIALIZED);
		}
	};
	const rekeyStatus = async (): Promise<RekeyStatus> =>
		proseRekeyStatus(
			text(await ask({ what: 'report the rekey status', risk: 'reads' }, ['rekey', '-status'])),
		);
	const lasting = lastingCommands(options, {
		retrieve: async (by) =>
			text(
				await ask(
					{ what: 'return the backup of the shares', risk: 'reads' },
					['rekey', '-retrieve'],
					by,
				),
			),
		readRetrieved: proseKeptBackup,
		readWaiting: proseCopyIn,
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
			return proseLeadership(await status('report the leader'));
		},
		async startRekey(request) {
			assertSafe(request, looked);
			return withKeyFiles(options, request, async (files) => {
				const words = ['rekey', '-init', ...flagsOf(request, files)];
				return proseRekeyStatus(
					text(await ask({ what: 'start a rekey', risk: 'prepares' }, words)),
				);
			});
		},
		async submitShare(share, nonce, request) {
			assertSafe(request, looked);
			const asking: Asking = { what: 'accept a current key share', risk: 'commits' };
			return withKeyFiles(options, request, (files) =>
				lasting.submit(nonce, async (by) => {
					const now = await rekeyStatus();
					if (!now.started) {
						throw new VaultError(
							'refused',
							'The rekey is no longer in progress. The key share was not sent.',
						);
					}
					stillOurs(now, nonce);
					const words = ['rekey', ...flagsOf(request, files), `-nonce=${nonce}`];
					const reply = new SecretBytes(keyOnTheWire(share));
					try {
						const prompt = promptFor(nonce);
						const result = await runVaultInTerminal(by, words, { prompt, reply });
						if (result.exitCode !== 0) throw commandFailed(asking, result);
						return proseSubmitted(text(result), request.shares);
					} finally {
						reply.wipe();
					}
				}),
			);
		},
		async cancelRekey(nonce) {
			if (!stillOurs(await rekeyStatus(), nonce)) return;
			const words = ['rekey', '-cancel', `-nonce=${nonce}`];
			await ask({ what: 'cancel the rekey', risk: 'prepares' }, words);
		},
		async verificationStatus() {
			return NOTHING_TO_PROVE;
		},
		proveShare: withoutVerification,
		restartVerification: withoutVerification,
		keptBackup: lasting.keptBackup,
		forgetAnswer: lasting.forgetAnswer,
		async unseal(share) {
			await unsealByWrite(options, share);
			return sealStatus();
		},
	};
}

function flagsOf(request: RekeyRequest, files: readonly string[]): string[] {
	return [
		`-key-shares=${request.shares}`,
		`-key-threshold=${request.threshold}`,
		`-pgp-keys=${files.join(',')}`,
		...(request.backup ? ['-backup=true'] : []),
	];
}
