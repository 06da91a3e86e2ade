import { setTimeout as sleep } from 'node:timers/promises';
import type { EncryptedShare } from '../parse-json-response.ts';
import { getRecipientKeyIds } from '../pgp/decrypt-share.ts';
import { createExternalError } from './ceremony-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { CeremonyCustodian } from './ceremony-record.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { toFileNamePart } from './store-encrypted-key.ts';
import { cancelOwnRekey } from './verify-by-dry-run.ts';

const MAX_TRIES = 3;
const RETRY_DELAY_MS = 1000;

/**
 * Checks that each share is encrypted to its custodian and to no other key, and stores it in two
 * places before anything else happens. If the shares are not committed, any failure cancels them; if
 * they are, showing the encrypted messages is the last resort.
 */
export async function* storeShares(
	ceremony: CeremonyState,
	shares: readonly EncryptedShare[],
): AsyncGenerator<CeremonyEvent> {
	const committed = ceremony.record.rekey?.verify === false;
	try {
		const kept: { custodian: string; name: string; sha256: string }[] = [];
		for (const [index, [custodian, share]] of pairSharesWithCustodians(
			ceremony,
			shares,
		).entries()) {
			if (!committed) await assertEncryptedTo(ceremony, custodian, share);
			const rekey = ceremony.record.rekey?.nonce?.slice(0, 8) ?? '';
			// Numbered: two custodian names may map to the same file name.
			const name = `share-${toFileNamePart(rekey)}-${index + 1}-${toFileNamePart(custodian.name)}.gpg`;
			const sha256 = await storeShare(ceremony, name, share.message, committed);
			kept.push({ custodian: custodian.name, name, sha256 });
		}
		// With committed shares, the commit and their locations are recorded together.
		await ceremony.update({ kept, ...(committed ? { committedAt: ceremony.ports.now() } : {}) });
	} catch (thrown) {
		if (committed) throw createUnstoredSharesError(ceremony, shares, thrown);
		await cancelOwnRekey(ceremony);
		throw ceremony.createExternalError(
			`The new key shares were dropped: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
			thrown,
		);
	}
	for (const { custodian, name } of ceremony.record.kept)
		yield {
			kind: 'made',
			what: `key share of ${custodian}, encrypted: ${ceremony.ports.storage.path(name)}`,
		};
	if (!committed) return;
	// The shares are in two places now; the response stored next to Vault is not needed any more.
	await ceremony.ports.vault.deleteStoredResponse(ceremony.record.rekey?.nonce ?? '');
	try {
		for (const [custodian, share] of pairSharesWithCustodians(ceremony, shares))
			await assertEncryptedTo(ceremony, custodian, share);
	} catch (thrown) {
		throw ceremony.createExternalError(
			`A new key share is not encrypted to its key holder: ${thrown instanceof Error ? thrown.message : ''}`,
			thrown,
		);
	}
}

function pairSharesWithCustodians(
	ceremony: CeremonyState,
	shares: readonly EncryptedShare[],
): (readonly [CeremonyCustodian, EncryptedShare])[] {
	const { custodians } = ceremony.record;
	if (shares.length !== custodians.length)
		throw new Error(
			`Vault returned ${shares.length} key shares for ${custodians.length} key holders.`,
		);
	return custodians.flatMap((custodian, index) => {
		const share = shares[index];
		return share === undefined ? [] : [[custodian, share] as const];
	});
}

async function assertEncryptedTo(
	_ceremony: CeremonyState,
	custodian: CeremonyCustodian,
	share: EncryptedShare,
): Promise<void> {
	if (share.fingerprint !== '' && share.fingerprint !== custodian.fingerprint)
		throw new Error(`the key share of ${custodian.name} names another key, ${share.fingerprint}.`);
	const recipients = await getRecipientKeyIds(share.message);
	const [only, ...others] = recipients;
	if (others.length > 0 || only !== custodian.encryptionKeyId)
		throw new Error(
			`the key share of ${custodian.name} is encrypted to ${recipients.join(', ')} instead of ${custodian.encryptionKeyId}.`,
		);
}

/** Retries for committed shares: a disk may have space again a moment later. */
async function storeShare(
	ceremony: CeremonyState,
	name: string,
	bytes: Buffer,
	committed: boolean,
): Promise<string> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await ceremony.ports.storage.store(name, bytes);
		} catch (thrown) {
			if (!committed || attempt === MAX_TRIES) throw thrown;
			await sleep(RETRY_DELAY_MS);
		}
	}
}

/** Encrypted messages are not secret: on screen they are in a third place. */
function createUnstoredSharesError(
	ceremony: CeremonyState,
	shares: readonly EncryptedShare[],
	thrown: unknown,
) {
	const { custodians } = ceremony.record;
	const shown = shares.map(
		({ message }, index) =>
			`${custodians[index]?.name ?? index + 1}: ${message.toString('base64')}`,
	);
	const error = createExternalError(
		`The rekey is committed, but the new key shares could not be stored: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
		{
			safe: 'Copy these encrypted key shares now. Do not restart Vault before they are safe.',
			next: [`free disk space, then: ${ceremony.options.resume}`],
		},
		thrown,
	);
	return error.with({ details: shown });
}
