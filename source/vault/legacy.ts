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
 * What the command shows when it waits for a key: on a terminal it takes the server's nonce, not
 * ours, so nothing is typed unless it names ours. When it means another rekey it runs out of time.
 */
const promptFor = (nonce: string) => `Rekey operation nonce: ${nonce}\nKey (will be hidden): `;

/**
 * Vault by its command line before 0.9.2, `vault rekey`, which speaks prose alone. Without an
 * argument it reads a key from a terminal, and never from standard input; and when no rekey is
 * under way it starts one of its own. So each share is given after a look at the status, with all
 * flags of the rekey repeated, and only when the command shows that it means our nonce.
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

	// Sealed is exit code 2, with the status on standard output.
	const status = async (what: string) => {
		const result = await runVault(options, ['status']);
		if (result.exitCode === 0 || (result.exitCode === 2 && result.stdout.length > 0)) {
			return text(result);
		}
		throw commandFailed({ what, risk: 'reads' }, result);
	};
	const sealStatus = async () => {
		try {
			return proseSealStatus(await status('tell its seal status'));
		} catch (thrown) {
			return noneFor(thrown, NOT_INITIALIZED, UNINITIALIZED);
		}
	};
	const rekeyStatus = async (): Promise<RekeyStatus> =>
		proseRekeyStatus(
			text(await ask({ what: 'tell of a rekey', risk: 'reads' }, ['rekey', '-status'])),
		);
	const lasting = lastingCommands(options, {
		retrieve: async (by) =>
			text(
				await ask(
					{ what: 'hand out the copy of the shares', risk: 'reads' },
					['rekey', '-retrieve'],
					by,
				),
			),
		readRetrieved: proseKeptBackup,
		readWaiting: proseCopyIn,
	});
	const withoutVerification = async (): Promise<never> => {
		throw new VaultError('unsupported', 'This Vault cannot verify new shares. Nothing was sent.');
	};

	return {
		how: `vault rekey, by ${options.runner.how}`,
		abilities: looked,
		sealStatus,
		rekeyStatus,
		async leadership() {
			return proseLeadership(await status('tell who leads'));
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
			const asking: Asking = { what: 'take a current share', risk: 'commits' };
			return withKeyFiles(options, request, (files) =>
				lasting.submit(nonce, async (by) => {
					const now = await rekeyStatus();
					if (!now.started) {
						throw new VaultError(
							'refused',
							'No rekey is under way any more; the share was not sent.',
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
