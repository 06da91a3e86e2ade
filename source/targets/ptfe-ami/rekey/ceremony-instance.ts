import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WizardError } from '../../../engine/errors.ts';
import { getResumeCommand } from '../../../engine/session/session-record.ts';
import { type InstanceConnection, InstanceError } from '../../../instance/instance-types.ts';
import {
	readSecretFile,
	removeFile,
	replaceSecretFile,
	statFile,
} from '../../../instance/remote-files.ts';
import type { Context } from '../../../steps/step-context.ts';
import type { VaultInstancePort } from '../../../vault/ceremony/ceremony-ports.ts';
import type { VaultClient } from '../../../vault/http-vault.ts';
import { formatShareAsBase64, parseKeyShare } from '../../../vault/key-shares.ts';
import { VaultError } from '../../../vault/response-errors.ts';
import { createConfirmedBackup } from '../instance/create-backup.ts';
import { instanceErrorToWizardError } from '../instance/wait-for-ssh-connection.ts';

/** Where the AMI stores the Vault unseal key. */
export const UNSEAL_KEY_FILE = '/data/vault-unseal-key';

const COMMAND_MS = 30_000;
const RESTART_MS = 3 * 60_000;
const LOOK_EVERY_MS = 200;
const SETTLE_MS = 3_000;

/** The instance operations of the ceremony. */
export function createCeremonyInstance(
	context: Context,
	instance: InstanceConnection,
	vault: () => VaultClient,
): VaultInstancePort {
	const limits = { timeoutMs: COMMAND_MS, signal: context.cancel.hard };
	const createError = (message: string, command: string, expected?: string) =>
		new WizardError('command', {
			message,
			...(expected === undefined ? {} : { expected }),
			next: [`on the instance: ${command}`, getResumeCommand(context.session)],
		});
	return {
		keyFile: UNSEAL_KEY_FILE,
		keyFileState: () =>
			withWizardErrors(async () => {
				const state = await statFile(instance, UNSEAL_KEY_FILE, limits);
				if (state.kind === 'file') return 'there';
				if (state.kind !== 'unknown') return state.kind;
				throw createError(
					`Could not check whether ${UNSEAL_KEY_FILE} exists on the instance: ${state.words}`,
					`sudo stat ${UNSEAL_KEY_FILE}`,
				);
			}),
		readKey: () =>
			withWizardErrors(async () => {
				const read = await readSecretFile(instance, UNSEAL_KEY_FILE, limits);
				const parsed = read.ok ? read.secret.use(parseKeyShare) : { what: read.words };
				if (read.ok) read.secret.wipe();
				if (!('what' in parsed)) return parsed;
				throw createError(
					`Could not read the current unseal key: ${parsed.what}`,
					`sudo wc -c ${UNSEAL_KEY_FILE}`,
					`one Vault unseal key in ${UNSEAL_KEY_FILE}`,
				);
			}),
		replaceKey: (key) =>
			withWizardErrors(async () => {
				const text = formatShareAsBase64(key);
				const { exitCode, stderr } = await replaceSecretFile(
					instance,
					UNSEAL_KEY_FILE,
					text,
					limits,
				);
				text.fill(0);
				if (exitCode !== 0)
					throw createError(
						`Could not replace ${UNSEAL_KEY_FILE}: ${stderr.trim()}`,
						'df -h /data',
					);
			}),
		removeKeyFile: () =>
			withWizardErrors(async () => {
				const { exitCode, stderr } = await removeFile(instance, UNSEAL_KEY_FILE, limits);
				if (exitCode !== 0)
					throw createError(
						`Could not remove ${UNSEAL_KEY_FILE}: ${stderr.trim()}`,
						`sudo rm ${UNSEAL_KEY_FILE}`,
					);
			}),
		backUp: (after, { withoutKey } = { withoutKey: false }) =>
			withWizardErrors(() =>
				createConfirmedBackup(context, instance, {
					after,
					...(withoutKey ? { without: [basename(UNSEAL_KEY_FILE)] } : {}),
				}),
			),
		restartVault: () =>
			withWizardErrors(async () => {
				const command = ['sudo', '-n', 'systemctl', 'restart', 'vault'];
				const { exitCode, stderr } = await instance.run(command, { timeoutMs: RESTART_MS });
				if (exitCode !== 0)
					throw createError(
						`Could not restart Vault: ${stderr.trim()}`,
						'sudo systemctl status vault',
					);
				await waitForVault(context, vault);
			}),
	};
}

async function waitForVault(context: Context, vault: () => VaultClient): Promise<void> {
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
					next: ['on the instance: sudo journalctl -u vault', getResumeCommand(context.session)],
				});
		}
		await sleep(LOOK_EVERY_MS);
	}
}

async function withWizardErrors<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (thrown) {
		throw thrown instanceof InstanceError ? instanceErrorToWizardError(thrown) : thrown;
	}
}
