import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { combineKeyShares } from '../key-shares.ts';
import { VaultError } from '../response-errors.ts';
import { createRefusedError } from './ceremony-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import { RESET_RECORD_FIELDS } from './ceremony-record.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { createPartialCommitError, isOldKeyValid } from './commit-status.ts';
import { handOutAndCollectShares } from './hand-out-shares.ts';
import { assertRekeyPossible } from './start-or-resume.ts';
import { cancelOwnRekey, verifySharesByDryRun } from './verify-by-dry-run.ts';

/*
 * Vault commits new shares by several writes (in this order in 1.14: stored root key, keyring, root
 * key, unseal key, number of shares, canary). If it is interrupted between them, its storage is
 * unsealed
 *   before write 1  by the old key
 *   after write 1   by no key
 *   after write 2   by the new shares combined into one key, as Vault still expects a single key
 *   after write 5   by the new shares
 */

/**
 * Unseals a Vault that is sealed after an interrupted commit: with the old key, as the instance
 * would, or with the new shares combined.
 *
 * @throws WizardError when neither unseals it: the old key still unseals the first backup.
 */
export async function* unsealAfterInterruptedCommit(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent> {
	const { instance, vault, probeAgain } = ceremony.ports;
	if ((await instance.keyFileState()) === 'there') {
		const key = await instance.readKey();
		try {
			if (await tryUnseal(ceremony, key)) {
				await probeAgain();
				yield { kind: 'made', what: `Vault unsealed with ${instance.keyFile}` };
				return;
			}
		} finally {
			key.wipe();
		}
	}
	yield {
		kind: 'warning',
		text: `Vault is sealed and ${instance.keyFile} does not unseal it: committing the rekey was interrupted. The new key shares combined may unseal it`,
	};
	const together = yield* combineNewShares(ceremony);
	try {
		if (together === undefined || !(await tryUnseal(ceremony, together)))
			throw createSealedError(ceremony);
	} finally {
		together?.wipe();
	}
	await probeAgain();
	if ((await vault.sealStatus()).sealed) throw createSealedError(ceremony);
	yield { kind: 'made', what: 'Vault unsealed with the new key shares, combined into one key' };
}

async function tryUnseal(ceremony: CeremonyState, key: SecretBytes): Promise<boolean> {
	try {
		return !(await ceremony.ports.vault.unseal(key)).sealed;
	} catch (thrown) {
		// A wrong key, however Vault reports it: Vault stays sealed, and nothing was lost by trying.
		if (thrown instanceof VaultError && thrown.fault === 'refused') return false;
		if (!(thrown instanceof VaultError)) throw thrown;
		return !(await ceremony.ports.vault.sealStatus()).sealed;
	}
}

/**
 * Vault is unsealed, waits for no verification, and reports the old number of shares. Either nothing
 * changed or the commit was interrupted; only a dry run can tell.
 *
 * @throws WizardError unless the old key is verified; then the record is set back to before the commit.
 */
export async function* resolveInterruptedCommit(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent> {
	const { vault } = ceremony.ports;
	// No verification can complete this rekey any more, so cancelling it loses nothing.
	if (ceremony.isOurs(await vault.rekeyStatus())) await cancelOwnRekey(ceremony);
	await assertRekeyPossible(ceremony);
	if (await isOldKeyValid(ceremony)) {
		await ceremony.update({ committingAt: undefined });
		return;
	}
	const together = yield* combineNewShares(ceremony);
	try {
		if (together === undefined || !(await verifySharesByDryRun(ceremony, [together])))
			throw createPartialCommitError(ceremony);
		yield* restoreSingleKey(ceremony, together);
	} finally {
		together?.wipe();
	}
}

/** The key that the new shares combine to; undefined if they were never stored. */
async function* combineNewShares(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent, SecretBytes | undefined> {
	const { custodians, kept, threshold } = ceremony.record;
	if (kept.length === 0 || kept.length !== custodians.length) return undefined;
	yield* handOutAndCollectShares(ceremony, 'count');
	const shares = custodians.flatMap(({ name }) => ceremony.submittedShares.get(name) ?? []);
	return combineKeyShares(shares.slice(0, threshold));
}

/**
 * Vault is unsealed by a single key again, one that exists nowhere else. It is written to the key
 * file, so the instance is as it was before the rekey. The escrowed old key still unseals the first
 * backup.
 */
async function* restoreSingleKey(
	ceremony: CeremonyState,
	key: SecretBytes,
): AsyncGenerator<CeremonyEvent> {
	const { instance, operator } = ceremony.ports;
	const { keyFile } = instance;
	if (operator === undefined) ceremony.requireApproval('restore a single unseal key.');
	else
		await ceremony.requireAgreement(
			'count',
			ceremony.createConfirmation({
				title: 'Interrupted commit: restore a single unseal key',
				will: [
					`A dry run verified that Vault accepts the new key shares combined into one key. The key in ${keyFile} no longer unseals Vault.`,
					`The combined key replaces it in ${keyFile}, so the instance can restart.`,
					'Then the rekey is restarted; these key shares are void once it is complete.',
				],
				warnings: ['Do not restart or seal Vault until this is complete.'],
				yes: 'replace the key file',
				no: 'not now',
			}),
		);
	await instance.replaceKey(key);
	const inFile = await instance.readKey();
	try {
		if (!inFile.equals(key)) throw createPartialCommitError(ceremony);
	} finally {
		inFile.wipe();
	}
	// The first backup is unsealed by an earlier key: the next run creates another one.
	const { escrow, former, committingAt } = ceremony.record;
	const until = committingAt ?? ceremony.ports.now();
	await ceremony.update({
		...RESET_RECORD_FIELDS,
		backupBefore: undefined,
		escrow: undefined,
		former: escrow === undefined ? former : [...former, { name: escrow.name, until }],
	});
	yield { kind: 'made', what: `${keyFile} with the current unseal key` };
	throw createRefusedError(
		'Committing the rekey was interrupted; a single unseal key was restored.',
		{
			safe: `The key in ${keyFile} unseals Vault; it was verified. The key shares handed out are void: destroy them.`,
			next: [`to restart the rekey: ${ceremony.options.resume}`],
		},
	);
}

function createSealedError(ceremony: CeremonyState) {
	const { backupBefore, escrow } = ceremony.record;
	const { storage, instance } = ceremony.ports;
	const kept = escrow === undefined ? instance.keyFile : storage.path(escrow.name);
	return createRefusedError(
		'Vault is sealed: committing the rekey was interrupted. Neither the old unseal key nor the new key shares unseal it.',
		{
			safe: `The old unseal key, stored in ${kept}, unseals the backup ${backupBefore?.key ?? ''}. Later changes in Vault are lost.`,
			next: [
				"copy Vault's storage before you do anything else",
				'restore that backup: tfe-wizard backups restore-guide',
				ceremony.options.resume,
			],
		},
	);
}
