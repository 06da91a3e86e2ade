import {
	deleteResponseUnlessComplete,
	getStoredResponseName,
	sendRecoverably,
} from './recoverable-request.ts';
import { getDefaultIfRefused, NO_BACKUP_PATTERN } from './response-errors.ts';
import type {
	DetachedCommandRunner,
	VaultCommandOptions,
	VaultCommandResult,
	VaultCommandRunner,
} from './run-vault-command.ts';
import { type ShareBackup, type SubmitResult, VaultError } from './vault-types.ts';

interface RecoverableCommands {
	/**
	 * Submits a share when this commits the rekey at once: with a command that outlives the connection,
	 * else with a token that reads Vault's own backup.
	 *
	 * @throws VaultError `refused` when neither is possible: nothing was sent.
	 */
	submit(
		nonce: string,
		send: (by: VaultCommandOptions) => Promise<SubmitResult>,
	): Promise<SubmitResult>;
	/** The stored response, else Vault's own backup. */
	keptBackup(nonce: string | undefined): Promise<ShareBackup | undefined>;
	forgetAnswer(nonce: string): Promise<void>;
}

interface ShareBackupCommands {
	/** Retrieves Vault's own backup, as text. */
	retrieve: (by: VaultCommandOptions) => Promise<string>;
	readRetrieved: (text: string) => ShareBackup;
	/** Reads a stored response to a submitted share; undefined when it did not complete a rekey. */
	readWaiting: (text: string) => ShareBackup | undefined;
}

/** What both command lines share to make the response with the new shares recoverable. */
export function createRecoverableCommands(
	options: VaultCommandOptions,
	backupCommands: ShareBackupCommands,
): RecoverableCommands {
	const { apart } = options.runner;
	const token = async () => options.token ?? (await options.backupToken?.());
	const forgetAnswer = async (nonce: string) => apart?.forget(getStoredResponseName(nonce));
	return {
		forgetAnswer,
		submit(nonce, send) {
			const lasting = (through: DetachedCommandRunner) =>
				deleteResponseUnlessComplete(
					() => through.forget(getStoredResponseName(nonce)),
					(answered) =>
						send({
							...options,
							runner: createDetachedRunner(through, getStoredResponseName(nonce), answered),
						}),
				);
			return sendRecoverably({
				...(apart && { apart: () => lasting(apart) }),
				here: () => send(options),
				token,
				readCopy: (given) => backupCommands.retrieve({ ...options, token: given }),
			});
		},
		async keptBackup(nonce) {
			const waiting =
				nonce === undefined ? undefined : await apart?.recall(getStoredResponseName(nonce));
			const found =
				waiting && succeeded(waiting) ? backupCommands.readWaiting(getOutput(waiting)) : undefined;
			if (found !== undefined) return found;
			try {
				const given = await token();
				return backupCommands.readRetrieved(
					await backupCommands.retrieve({ ...options, ...(given && { token: given }) }),
				);
			} catch (thrown) {
				return getDefaultIfRefused(thrown, NO_BACKUP_PATTERN, undefined);
			}
		},
	};
}

const succeeded = ({ exitCode }: VaultCommandResult) => exitCode === 0;
const getOutput = ({ stdout }: VaultCommandResult) => stdout.toString('utf8');

/** Runs its one command detached, under this name. */
function createDetachedRunner(
	detached: DetachedCommandRunner,
	name: string,
	answered: () => void,
): VaultCommandRunner {
	const reported = (result: VaultCommandResult): VaultCommandResult => {
		answered();
		return result;
	};
	return {
		how: name,
		run: async (argv, { stdin = Buffer.alloc(0), timeoutMs }) =>
			reported(await detached.run(name, argv, { stdin, timeoutMs })),
		async runInTerminal(argv, { replies, timeoutMs }) {
			const [reply] = replies;
			if (reply === undefined)
				throw new VaultError('unsupported', 'The command needs a reply, and there is none.');
			return reported(await detached.runInTerminal(name, argv, { reply, timeoutMs }));
		},
	};
}
