import { createRefusedError } from './ceremony-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { encryptAndStoreKey, toFileNamePart } from './store-encrypted-key.ts';
import { isKeyInFileValid } from './verify-by-dry-run.ts';

/** A backup older than this is repeated before the rekey starts. */
const MAX_BACKUP_AGE_MS = 60 * 60 * 1000;

/** Verifies by a dry run that the key on the instance is Vault's; stops if it is not. */
export async function* verifyCurrentKey(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	const { instance, vault } = ceremony.ports;
	// A dry run would have to cancel the rekey in progress. Otherwise every run verifies again: Vault
	// may have been restored, or rekeyed by others, since the last one.
	if (ceremony.record.oldKeyProvenAt !== undefined && ceremony.isOurs(await vault.rekeyStatus()))
		return;
	if (!(await isKeyInFileValid(ceremony)))
		throw createRefusedError(
			`The key in ${instance.keyFile} does not unseal this Vault.`,
			{
				safe: 'Vault is unsealed and nothing was changed. Do not restart Vault before you find the right key.',
				next: [
					`compare ${instance.keyFile} with the key from the last restore`,
					ceremony.options.resume,
				],
			},
			'the unseal key of the running Vault',
		);
	// An earlier escrow may hold another key, so it is created again.
	await ceremony.update({ oldKeyProvenAt: ceremony.ports.now(), dryRuns: [], escrow: undefined });
	yield { kind: 'note', text: 'current unseal key verified by a dry run' };
}

/** Creates the backup that the current key unseals. Required before the rekey starts. */
export async function* ensureBackupBeforeRekey(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent> {
	const { instance, now } = ceremony.ports;
	const { backupBefore: known, committingAt } = ceremony.record;
	// Once the new shares may be committed, only the first backup is certain to be unsealed by the old key.
	if (known !== undefined && committingAt !== undefined) return;
	if (known !== undefined && Date.parse(now()) - Date.parse(known.at) < MAX_BACKUP_AGE_MS) return;
	yield { kind: 'note', text: 'backing up before any change' };
	const { warnings = [], ...made } = await instance.backUp(now());
	for (const text of warnings) yield { kind: 'warning', text };
	await ceremony.update({ backupBefore: made });
	yield { kind: 'made', what: `backup ${made.key} (${made.bytes} bytes, ${made.encryption})` };
}

/** Stores the current key encrypted in two places: only this key unseals the first backup. */
export async function* ensureCurrentKeyEscrowed(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent> {
	if (ceremony.record.escrow !== undefined) return;
	const { instance, storage } = ceremony.ports;
	const { epoch } = ceremony.record;
	const key = await instance.readKey();
	try {
		const stem = `old-unseal-key-${toFileNamePart(epoch)}`;
		const kept = await encryptAndStoreKey(ceremony, key, stem, `Vault unseal key before ${epoch}`);
		await ceremony.update({ escrow: { custodian: '', ...kept } });
		yield { kind: 'made', what: `current unseal key, encrypted: ${storage.path(kept.name)}` };
	} finally {
		key.wipe();
	}
}
