import type { CommandApart, CommandOptions, CommandResult, CommandRunner } from './command.ts';
import { type KeptBackup, type Submitted, VaultError } from './contract.ts';
import { answerName, askLasting, unlessComplete } from './lasting-answer.ts';
import { NO_BACKUP, noneFor } from './refusal.ts';

export interface LastingCommands {
	/**
	 * Submits a share when this commits the rekey at once: with a command that outlives the connection,
	 * else with a token that reads Vault's own backup.
	 *
	 * @throws VaultError `refused` when neither is possible: nothing was sent.
	 */
	submit(nonce: string, send: (by: CommandOptions) => Promise<Submitted>): Promise<Submitted>;
	/** The stored response, else Vault's own backup. */
	keptBackup(nonce: string | undefined): Promise<KeptBackup | undefined>;
	forgetAnswer(nonce: string): Promise<void>;
}

export interface CopyCommands {
	/** Retrieves Vault's own backup, as text. */
	retrieve: (by: CommandOptions) => Promise<string>;
	readRetrieved: (text: string) => KeptBackup;
	/** Reads a stored response to a submitted share; undefined when it did not complete a rekey. */
	readWaiting: (text: string) => KeptBackup | undefined;
}

/** What both command lines share to make the response with the new shares recoverable. */
export function lastingCommands(options: CommandOptions, copy: CopyCommands): LastingCommands {
	const { apart } = options.runner;
	const token = async () => options.token ?? (await options.backupToken?.());
	const forgetAnswer = async (nonce: string) => apart?.forget(answerName(nonce));
	return {
		forgetAnswer,
		submit(nonce, send) {
			const lasting = (through: CommandApart) =>
				unlessComplete(
					() => through.forget(answerName(nonce)),
					(answered) =>
						send({ ...options, runner: runnerApart(through, answerName(nonce), answered) }),
				);
			return askLasting({
				...(apart && { apart: () => lasting(apart) }),
				here: () => send(options),
				token,
				readCopy: (given) => copy.retrieve({ ...options, token: given }),
			});
		},
		async keptBackup(nonce) {
			const waiting = nonce === undefined ? undefined : await apart?.recall(answerName(nonce));
			const found = waiting && endedWell(waiting) ? copy.readWaiting(textOf(waiting)) : undefined;
			if (found !== undefined) return found;
			try {
				const given = await token();
				return copy.readRetrieved(
					await copy.retrieve({ ...options, ...(given && { token: given }) }),
				);
			} catch (thrown) {
				return noneFor(thrown, NO_BACKUP, undefined);
			}
		},
	};
}

const endedWell = ({ exitCode }: CommandResult) => exitCode === 0;
const textOf = ({ stdout }: CommandResult) => stdout.toString('utf8');

/** Runs its one command detached, under this name. */
function runnerApart(apart: CommandApart, name: string, answered: () => void): CommandRunner {
	const told = (result: CommandResult): CommandResult => {
		answered();
		return result;
	};
	return {
		how: name,
		run: async (argv, { stdin = Buffer.alloc(0), timeoutMs }) =>
			told(await apart.run(name, argv, { stdin, timeoutMs })),
		async runInTerminal(argv, { replies, timeoutMs }) {
			const [reply] = replies;
			if (reply === undefined)
				throw new VaultError('unsupported', 'The command needs a reply, and there is none.');
			return told(await apart.runInTerminal(name, argv, { reply, timeoutMs }));
		},
	};
}
