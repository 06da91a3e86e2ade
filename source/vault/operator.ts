import {
	type CommandOptions,
	type CommandResult,
	commandFailed,
	runVault,
	unsealByWrite,
} from './command.ts';
import { withKeyFiles } from './command-keys.ts';
import { lastingCommands } from './command-lasting.ts';
import type { RekeyStatus, Vault, VerificationStatus } from './contract.ts';
import { assertSafe, type Looked, stillOurs, stillProving } from './guard.ts';
import { keyOnTheWire } from './key-on-the-wire.ts';
import {
	answerBody,
	copyIn,
	readKeptBackup,
	readLeadership,
	readProving,
	readRekeyStatus,
	readSealStatus,
	readSubmitted,
	readVerificationStatus,
} from './parse-json.ts';
import {
	proseCopyIn,
	proseKeptBackup,
	proseLeadership,
	proseProving,
	proseRekeyStatus,
	proseSealStatus,
	proseSubmitted,
	proseVerificationStatus,
} from './parse-prose.ts';
import {
	type Asking,
	NO_REKEY,
	NOT_INITIALIZED,
	NOTHING_TO_PROVE,
	noneFor,
	UNINITIALIZED,
} from './refusal.ts';

export interface OperatorVaultOptions extends CommandOptions {
	looked: Looked & { family: 'operator-command' };
	/** False if the command has no `-format` flag yet (0.9.2, 0.9.3). */
	json: boolean;
	/** OpenBao's own command, which requires a token, is `rotate-keys`. */
	subcommand?: 'rekey' | 'rotate-keys';
}

interface Further {
	by?: CommandOptions;
	stdin?: Buffer;
	fine?: (result: CommandResult) => boolean;
}
const succeeded = ({ exitCode }: CommandResult) => exitCode === 0;

/**
 * Vault's command line since 0.9.2, `vault operator rekey`. Keys go to standard input, as `-`, and
 * only with a nonce: without one the command ignores them (#3969).
 */
export function operatorVault(options: OperatorVaultOptions): Vault {
	const { looked, json } = options;
	const format = json ? ['-format=json'] : [];
	const rekey = ['operator', options.subcommand ?? 'rekey'];
	const either =
		<T>(fromJson: (body: unknown) => T, fromProse: (text: string) => T) =>
		(text: string): T =>
			json && text.trimStart().startsWith('{') ? fromJson(answerBody(text)) : fromProse(text);

	const ask = async (
		asking: Asking,
		words: readonly string[],
		{ by = options, stdin, fine = succeeded }: Further = {},
	): Promise<string> => {
		const result = await runVault(by, words, stdin);
		if (!fine(result)) throw commandFailed(asking, result);
		return result.stdout.toString('utf8');
	};
	const reads = (what: string): Asking => ({ what, risk: 'reads' });

	// A sealed Vault exits with 2, like a refusal, but prints its status to standard output.
	const status = async (what: string) =>
		ask(reads(what), ['status', ...format], {
			fine: ({ exitCode, stdout }) => exitCode === 0 || (exitCode === 2 && stdout.length > 0),
		});
	const sealStatus = async () => {
		try {
			return either(readSealStatus, proseSealStatus)(await status('report its seal status'));
		} catch (thrown) {
			return noneFor(thrown, NOT_INITIALIZED, UNINITIALIZED);
		}
	};
	const rekeyStatus = async (): Promise<RekeyStatus> =>
		either(
			readRekeyStatus,
			proseRekeyStatus,
		)(await ask(reads('report the rekey status'), [...rekey, '-status', ...format]));
	const verificationStatus = async (): Promise<VerificationStatus> => {
		try {
			const words = [...rekey, '-verify', '-status', ...format];
			return either(
				readVerificationStatus,
				proseVerificationStatus,
			)(await ask(reads('report the verification status'), words));
		} catch (thrown) {
			return noneFor(thrown, NO_REKEY, NOTHING_TO_PROVE);
		}
	};
	const lasting = lastingCommands(options, {
		retrieve: (by) =>
			ask(reads('return the backup of the shares'), [...rekey, '-backup-retrieve', ...format], {
				by,
			}),
		readRetrieved: either(readKeptBackup, proseKeptBackup),
		readWaiting: (text) => copyIn(text) ?? proseCopyIn(text),
	});

	return {
		how: `vault operator ${rekey[1]} over ${options.runner.how}`,
		abilities: looked,
		sealStatus,
		rekeyStatus,
		verificationStatus,
		async leadership() {
			return either(readLeadership, proseLeadership)(await status('report the leader'));
		},
		async startRekey(request) {
			assertSafe(request, looked);
			return withKeyFiles(options, request, async (files) => {
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
				const asking: Asking = { what: 'start a rekey', risk: 'prepares' };
				return either(readRekeyStatus, proseRekeyStatus)(await ask(asking, words));
			});
		},
		async submitShare(share, nonce, request) {
			const asking: Asking = { what: 'accept a current key share', risk: 'commits' };
			const words = [...rekey, `-nonce=${nonce}`, ...format, '-'];
			const send = async (by: CommandOptions) =>
				either(
					(body) => readSubmitted(body, request.shares),
					(prose) => proseSubmitted(prose, request.shares),
				)(await ask(asking, words, { by, stdin: keyOnTheWire(share) }));
			// Without verification this request is the commit.
			return looked.verify ? send(options) : lasting.submit(nonce, send);
		},
		async cancelRekey(nonce) {
			if (!stillOurs(await rekeyStatus(), nonce)) return;
			const asking: Asking = { what: 'cancel the rekey', risk: 'prepares' };
			await ask(asking, [...rekey, '-cancel', `-nonce=${nonce}`]);
		},
		async proveShare(share, verificationNonce) {
			const asking: Asking = { what: 'verify a new key share', risk: 'commits' };
			const words = [...rekey, '-verify', `-nonce=${verificationNonce}`, ...format, '-'];
			const text = await ask(asking, words, { stdin: keyOnTheWire(share) });
			return either(readProving, proseProving)(text);
		},
		async restartVerification(verificationNonce) {
			stillProving(await verificationStatus(), verificationNonce);
			const asking: Asking = { what: 'restart the verification', risk: 'prepares' };
			await ask(asking, [...rekey, '-verify', '-cancel', `-nonce=${verificationNonce}`]);
		},
		keptBackup: lasting.keptBackup,
		forgetAnswer: lasting.forgetAnswer,
		async unseal(share) {
			await unsealByWrite(options, share);
			return sealStatus();
		},
	};
}
