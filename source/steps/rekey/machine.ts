import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WizardError } from '../../engine/errors.ts';
import { InstanceError } from '../../instance/contract.ts';
import { readSecretFile, removeFile, replaceSecretFile, statFile } from '../../instance/files.ts';
import type { TerminalInstance } from '../../instance/terminal.ts';
import type { CeremonyMachine } from '../../vault/ceremony/ports.ts';
import { type Vault, VaultError } from '../../vault/contract.ts';
import { parseShare, shareText } from '../../vault/shares.ts';
import { makeBackup } from '../instance/backup.ts';
import { instanceProblem, resumeCommand } from '../instance/reach.ts';
import type { Context } from '../services.ts';

/** Where the AMI stores the Vault unseal key. */
export const KEY_FILE = '/data/vault-unseal-key';

const COMMAND_MS = 30_000;
const RESTART_MS = 3 * 60_000;
const LOOK_EVERY_MS = 200;
const SETTLE_MS = 3_000;

/** The instance operations of the ceremony. */
export function ceremonyMachine(
	context: Context,
	instance: TerminalInstance,
	vault: () => Vault,
): CeremonyMachine {
	const limits = { timeoutMs: COMMAND_MS, signal: context.cancel.hard };
	return {
		keyFile: KEY_FILE,
		keyFileState: () =>
			told(async () => {
				const state = await statFile(instance, KEY_FILE, limits);
				if (state.kind === 'file') return 'there';
				if (state.kind !== 'unknown') return state.kind;
				throw new WizardError('command', {
					message: `Could not check whether ${KEY_FILE} exists on the instance: ${state.words}`,
					next: [`on the instance: sudo stat ${KEY_FILE}`, resumeCommand(context)],
				});
			}),
		readKey: () =>
			told(async () => {
				const read = await readSecretFile(instance, KEY_FILE, limits);
				const problem = (words: string) =>
					new WizardError('command', {
						message: `Could not read the current unseal key: ${words}`,
						expected: `one Vault unseal key in ${KEY_FILE}`,
						next: [`on the instance: sudo wc -c ${KEY_FILE}`, resumeCommand(context)],
					});
				if (!read.ok) throw problem(read.words);
				const parsed = read.secret.use(parseShare);
				read.secret.wipe();
				if ('what' in parsed) throw problem(parsed.what);
				return parsed;
			}),
		replaceKey: (key) =>
			told(async () => {
				const text = shareText(key);
				const { exitCode, stderr } = await replaceSecretFile(instance, KEY_FILE, text, limits);
				text.fill(0);
				if (exitCode === 0) return;
				throw new WizardError('command', {
					message: `Could not replace ${KEY_FILE}: ${stderr.trim()}`,
					next: ['on the instance: df -h /data', resumeCommand(context)],
				});
			}),
		removeKeyFile: () =>
			told(async () => {
				const { exitCode, stderr } = await removeFile(instance, KEY_FILE, limits);
				if (exitCode === 0) return;
				throw new WizardError('command', {
					message: `Could not remove ${KEY_FILE}: ${stderr.trim()}`,
					next: [`on the instance: sudo rm ${KEY_FILE}`, resumeCommand(context)],
				});
			}),
		backUp: (after, { withoutKey } = { withoutKey: false }) =>
			told(() =>
				makeBackup(context, instance, {
					after,
					...(withoutKey ? { without: [basename(KEY_FILE)] } : {}),
				}),
			),
		restartVault: () => told(() => restartVault(context, instance, vault)),
	};
}

async function restartVault(
	context: Context,
	instance: TerminalInstance,
	vault: () => Vault,
): Promise<void> {
	const { exitCode, stderr } = await instance.run(['sudo', '-n', 'systemctl', 'restart', 'vault'], {
		timeoutMs: RESTART_MS,
	});
	if (exitCode !== 0)
		throw new WizardError('command', {
			message: `Could not restart Vault: ${stderr.trim()}`,
			next: ['on the instance: sudo systemctl status vault', resumeCommand(context)],
		});
	const until = Date.now() + RESTART_MS;
	for (;;) {
		try {
			await vault().sealStatus();
			// Allow time for an automatic unseal before the seal status is checked.
			await sleep(SETTLE_MS);
			return;
		} catch (thrown) {
			if (!(thrown instanceof VaultError)) throw thrown;
			if (Date.now() > until)
				throw new WizardError('timeout', {
					message: 'Vault did not respond after its restart.',
					next: ['on the instance: sudo journalctl -u vault', resumeCommand(context)],
				});
		}
		await sleep(LOOK_EVERY_MS);
	}
}

async function told<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (thrown) {
		throw thrown instanceof InstanceError ? instanceProblem(thrown) : thrown;
	}
}
