import { DEFAULT_REQUEST_TIMEOUT_MS } from './response-errors.ts';
import {
	createCommandError,
	type VaultCommandOptions,
	type VaultCommandResult,
} from './run-vault-command.ts';
import { type RekeyRequest, VaultError } from './vault-types.ts';

/** A directory created by `mktemp`; nothing else is ever removed. */
const TEMPORARY_DIRECTORY = /^\/[\w./-]*\/tmp\.\w+$|^\/tmp\/[\w.-]+$/;

/**
 * Provides the public keys as temporary files on the instance, base64 of the binary key, in the order
 * of the shares: the commands accept them in no other way. Removes them afterwards.
 *
 * @throws VaultError `unsent` when the files cannot be created: nothing was sent to Vault.
 */
export async function withPublicKeyFiles<T>(
	{ runner, timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS }: VaultCommandOptions,
	{ pgpKeys }: RekeyRequest,
	use: (files: readonly string[]) => Promise<T>,
): Promise<T> {
	const run = async (argv: readonly string[], stdin?: Buffer): Promise<VaultCommandResult> => {
		const asking = { what: 'store the public keys temporarily', risk: 'reads' } as const;
		const result = await runner.run(argv, { timeoutMs, ...(stdin === undefined ? {} : { stdin }) });
		if (result.exitCode !== 0) throw createCommandError(asking, result);
		return result;
	};
	let folder = '';
	try {
		folder = (await toUnsentError(() => run(['mktemp', '-d']))).stdout.toString('utf8').trim();
		if (!TEMPORARY_DIRECTORY.test(folder)) {
			throw new VaultError(
				'unsent',
				'Could not create a temporary directory for the public keys on the instance.',
			);
		}
		const files: string[] = [];
		for (const [index, key] of pgpKeys.entries()) {
			const file = `${folder}/share-${index + 1}.b64`;
			await toUnsentError(() => run(['tee', file], Buffer.from(key)));
			files.push(file);
		}
		return await use(files);
	} finally {
		// Public keys: leftover files are harmless.
		if (TEMPORARY_DIRECTORY.test(folder)) await run(['rm', '-rf', folder]).catch(() => undefined);
	}
}

async function toUnsentError<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (thrown) {
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		throw new VaultError('unsent', `Could not write the public keys to the instance: ${why}`, {
			cause: thrown,
		});
	}
}
