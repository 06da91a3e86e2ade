import { setTimeout as sleep } from 'node:timers/promises';
import type { EncryptedShare } from '../contract.ts';
import type { Course } from './course.ts';
import { cancelOurs } from './dry-run.ts';
import { outside } from './errors.ts';
import type { News } from './ports.ts';
import type { CeremonyCustodian } from './record.ts';
import { slug } from './seal.ts';

const TRIES = 3;
const WAIT_MS = 1000;

/**
 * Checks that each share is encrypted to its custodian and to no other key, and stores it in two
 * places before anything else happens. If the shares are not committed, any failure cancels them; if
 * they are, showing the encrypted messages is the last resort.
 */
export async function* keepShares(
	course: Course,
	shares: readonly EncryptedShare[],
): AsyncGenerator<News> {
	const counted = course.record.rekey?.verify === false;
	try {
		const kept: { custodian: string; name: string; sha256: string }[] = [];
		for (const [index, [custodian, share]] of pairs(course, shares).entries()) {
			if (!counted) await assertFor(course, custodian, share);
			const rekey = course.record.rekey?.nonce?.slice(0, 8) ?? '';
			// Numbered: two custodian names may map to the same file name.
			const name = `share-${slug(rekey)}-${index + 1}-${slug(custodian.name)}.gpg`;
			const sha256 = await keepOne(course, name, share.message, counted);
			kept.push({ custodian: custodian.name, name, sha256 });
		}
		// With committed shares, the commit and their locations are recorded together.
		await course.set({ kept, ...(counted ? { committedAt: course.ports.now() } : {}) });
	} catch (thrown) {
		if (counted) throw lastResort(course, shares, thrown);
		await cancelOurs(course);
		throw outside(
			`The new key shares were dropped: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
			course.standing,
			thrown,
		);
	}
	for (const { custodian, name } of course.record.kept)
		yield {
			kind: 'made',
			what: `key share of ${custodian}, encrypted: ${course.ports.keeping.path(name)}`,
		};
	if (!counted) return;
	// The shares are in two places now; the response stored next to Vault is not needed any more.
	await course.ports.vault.forgetAnswer?.(course.record.rekey?.nonce ?? '');
	try {
		for (const [custodian, share] of pairs(course, shares))
			await assertFor(course, custodian, share);
	} catch (thrown) {
		throw outside(
			`A new key share is not encrypted to its key holder: ${thrown instanceof Error ? thrown.message : ''}`,
			course.standing,
			thrown,
		);
	}
}

function pairs(
	course: Course,
	shares: readonly EncryptedShare[],
): (readonly [CeremonyCustodian, EncryptedShare])[] {
	const { custodians } = course.record;
	if (shares.length !== custodians.length)
		throw new Error(
			`Vault returned ${shares.length} key shares for ${custodians.length} key holders.`,
		);
	return custodians.flatMap((custodian, index) => {
		const share = shares[index];
		return share === undefined ? [] : [[custodian, share] as const];
	});
}

async function assertFor(
	course: Course,
	custodian: CeremonyCustodian,
	share: EncryptedShare,
): Promise<void> {
	if (share.fingerprint !== '' && share.fingerprint !== custodian.fingerprint)
		throw new Error(`the key share of ${custodian.name} names another key, ${share.fingerprint}.`);
	const recipients = await course.ports.keys.recipients(share.message);
	const [only, ...others] = recipients;
	if (others.length > 0 || only !== custodian.encryptionKeyId)
		throw new Error(
			`the key share of ${custodian.name} is encrypted to ${recipients.join(', ')} instead of ${custodian.encryptionKeyId}.`,
		);
}

/** Retries for committed shares: a disk may have space again a moment later. */
async function keepOne(
	course: Course,
	name: string,
	bytes: Buffer,
	counted: boolean,
): Promise<string> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await course.ports.keeping.keep(name, bytes);
		} catch (thrown) {
			if (!counted || attempt === TRIES) throw thrown;
			await sleep(WAIT_MS);
		}
	}
}

/** Encrypted messages are not secret: on screen they are in a third place. */
function lastResort(course: Course, shares: readonly EncryptedShare[], thrown: unknown) {
	const { custodians } = course.record;
	const shown = shares.map(
		({ message }, index) =>
			`${custodians[index]?.name ?? index + 1}: ${message.toString('base64')}`,
	);
	const error = outside(
		`The rekey is committed, but the new key shares could not be stored: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
		{
			safe: 'Copy these encrypted key shares now. Do not restart Vault before they are safe.',
			next: [`free disk space, then: ${course.wishes.resume}`],
		},
		thrown,
	);
	return error.with({ details: shown });
}
