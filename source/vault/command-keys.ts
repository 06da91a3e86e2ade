import { type CommandOptions, type CommandResult, commandFailed } from './command.ts';
import { type RekeyRequest, VaultError } from './contract.ts';
import { DEFAULT_TIMEOUT_MS } from './refusal.ts';

/** A folder `mktemp` makes; nothing else is ever removed. */
const TEMPORARY = /^\/[\w./-]*\/tmp\.\w+$|^\/tmp\/[\w.-]+$/;

/**
 * Lends the public keys as files on the machine, base64 of the binary key, in the order of the
 * shares: the commands take them in no other way. They are taken away afterwards.
 *
 * @throws VaultError `unsent` when they cannot be put there: nothing was said to Vault yet.
 */
export async function withKeyFiles<T>(
	{ runner, timeoutMs = DEFAULT_TIMEOUT_MS }: CommandOptions,
	{ pgpKeys }: RekeyRequest,
	use: (files: readonly string[]) => Promise<T>,
): Promise<T> {
	const run = async (argv: readonly string[], stdin?: Buffer): Promise<CommandResult> => {
		const asking = { what: 'keep the public keys for a moment', risk: 'reads' } as const;
		const result = await runner.run(argv, { timeoutMs, ...(stdin === undefined ? {} : { stdin }) });
		if (result.exitCode !== 0) throw commandFailed(asking, result);
		return result;
	};
	let folder = '';
	try {
		folder = (await unsent(() => run(['mktemp', '-d']))).stdout.toString('utf8').trim();
		if (!TEMPORARY.test(folder)) {
			throw new VaultError('unsent', 'The machine gave no folder to keep the public keys in.');
		}
		const files: string[] = [];
		for (const [index, key] of pgpKeys.entries()) {
			const file = `${folder}/share-${index + 1}.b64`;
			await unsent(() => run(['tee', file], Buffer.from(key)));
			files.push(file);
		}
		return await use(files);
	} finally {
		// Public keys: when they stay behind, nothing is lost.
		if (TEMPORARY.test(folder)) await run(['rm', '-rf', folder]).catch(() => undefined);
	}
}

async function unsent<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (thrown) {
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		throw new VaultError('unsent', `The public keys cannot be put on the machine: ${why}`, {
			cause: thrown,
		});
	}
}
