import type { VerificationStatus } from '../parse-json-response.ts';
import { createExternalError, createRefusedError } from './ceremony-errors.ts';
import { RESET_RECORD_FIELDS } from './ceremony-record.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { assertRekeyPossible } from './start-or-resume.ts';
import { isKeyInFileValid } from './verify-by-dry-run.ts';

/** Whether the rekey is committed: Vault reports the new number of shares and threshold. */
export async function isCommitted(ceremony: CeremonyState): Promise<boolean> {
	const { shares, threshold } = ceremony.record;
	const seal = await ceremony.ports.vault.sealStatus();
	return (
		seal.shares === shares && seal.threshold === threshold && !isOldConfiguration(ceremony, seal)
	);
}

/** Completed earlier, and Vault was rekeyed again since, outside this program. */
export async function wasRekeyedAgain(ceremony: CeremonyState): Promise<boolean> {
	if (ceremony.record.doneAt === undefined || (await isCommitted(ceremony))) return false;
	return !isOldConfiguration(ceremony, await ceremony.ports.vault.sealStatus());
}

function isOldConfiguration(
	ceremony: CeremonyState,
	seal: { shares: number; threshold: number },
): boolean {
	const { before } = ceremony.record;
	return seal.shares === before.shares && seal.threshold === before.threshold;
}

/** Whether there is a key file, and a dry run accepts its key. */
export async function isOldKeyValid(ceremony: CeremonyState): Promise<boolean> {
	const state = await ceremony.ports.instance.keyFileState();
	return state === 'there' && isKeyInFileValid(ceremony);
}

/** Vault failed while writing: perhaps no key unseals its storage, but Vault is still unsealed. */
export function createPartialCommitError(ceremony: CeremonyState, thrown?: unknown) {
	const { backupBefore, escrow } = ceremony.record;
	const { storage } = ceremony.ports;
	return createExternalError(
		'Vault failed while committing the rekey. Do not restart or seal it.',
		{
			safe: `Vault is unsealed, but perhaps no key, or only the new key shares combined, can unseal its storage. The old unseal key in ${escrow === undefined ? 'the key file' : storage.path(escrow.name)} unseals the backup ${backupBefore?.key ?? ''}.`,
			next: [
				"copy Vault's storage, then free space on its disk: df -h",
				`with all key shares at hand: ${ceremony.options.resume}`,
				'tfe-wizard backups restore-guide',
			],
		},
		thrown,
	);
}

/**
 * An instance lost before the second backup is restored from the first: the new shares are void
 * there, whatever the record says. Only a verified old key invalidates the record.
 *
 * @throws WizardError unless Vault reports the new shares.
 */
export async function assertStillCommitted(ceremony: CeremonyState): Promise<void> {
	if (await isCommitted(ceremony)) return;
	const { record, ports } = ceremony;
	const seal = await ports.vault.sealStatus();
	const found = `Vault reports ${seal.threshold} of ${seal.shares} key shares, expected ${record.threshold} of ${record.shares}`;
	const escrow = record.escrow === undefined ? '' : ports.storage.path(record.escrow.name);
	if (!isOldConfiguration(ceremony, seal))
		throw createExternalError(`${found}: it was rekeyed again after this rekey.`, {
			safe: 'The key shares of that later rekey unseal Vault; this session has none of them.',
			next: ['find out who rekeyed Vault before you restart anything'],
		});
	const { keyFile } = ports.instance;
	const back = {
		safe: `The old unseal key unseals Vault; it is stored in ${escrow}. The new key shares unseal only later backups.`,
		next: [
			`ask a key holder to decrypt that file, and write the result to ${keyFile}: sudo install -m 600 /dev/stdin ${keyFile}`,
			'restart Vault, which then unseals with it: sudo systemctl restart vault',
			ceremony.options.resume,
		],
	};
	if (seal.sealed)
		throw createRefusedError(
			`${found}: Vault was restored from a backup made before the rekey.`,
			back,
		);
	await assertRekeyPossible(ceremony);
	if ((await ports.instance.keyFileState()) === 'gone')
		throw createRefusedError(
			`${found}: Vault was restored from a backup made before the rekey, and ${keyFile} is missing.`,
			back,
		);
	if (!(await isOldKeyValid(ceremony)))
		throw createExternalError(`${found}, and the key on the instance is not verified.`, {
			safe: `Do not restart Vault. The old unseal key is stored in ${escrow}; do not discard the new key shares.`,
			next: ["copy Vault's storage, and ask for help with both keys at hand"],
		});
	await ceremony.update(RESET_RECORD_FIELDS);
	throw createRefusedError(`${found}: Vault was restored from a backup made before the rekey.`, {
		safe: 'The key on the instance unseals Vault; it was verified. The new key shares are void: destroy them.',
		next: [`to restart the rekey: ${ceremony.options.resume}`],
	});
}

/**
 * The verification that Vault waits for, of this ceremony's shares; undefined when there is none. A
 * nonce alone proves nothing: Vault 1.14 retains it when the last but one of its writes fails, and
 * accepts no verification any more (performBarrierRekey in vault/rekey.go).
 */
export async function getPendingVerification(
	ceremony: CeremonyState,
): Promise<VerificationStatus | undefined> {
	const { vault } = ceremony.ports;
	const rekey = await vault.rekeyStatus();
	if (!ceremony.isOurs(rekey) || rekey.verificationNonce === '') return undefined;
	const status = await vault.verificationStatus();
	return status.started ? status : undefined;
}
