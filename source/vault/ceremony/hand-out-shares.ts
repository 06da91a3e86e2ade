import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { createExternalError, createRefusedError } from './ceremony-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { CeremonyCustodian } from './ceremony-record.ts';
import type { CeremonyState } from './ceremony-state.ts';
import type { CeremonyStage } from './ceremony-view.ts';
import { collectShare } from './collect-share.ts';
import { cancelOwnRekey } from './dry-run.ts';

/**
 * Hands each share to its custodian and asks for it back once, to confirm that it arrived. All
 * shares must belong to one key. They stay in memory until the ceremony completes or stops.
 */
export async function* handOutShares(
	ceremony: CeremonyState,
	stage: CeremonyStage,
): AsyncGenerator<CeremonyEvent> {
	const { custodians, kept } = ceremony.record;
	if (ceremony.ports.operator === undefined && ceremony.wishes.decrypt === undefined)
		throw createRefusedError(
			'The new key shares are stored encrypted, but verifying them requires the key holders.',
			{
				safe: ceremony.standing.safe,
				next: [
					`at a terminal, with the key holders: ${ceremony.wishes.resume}`,
					...kept.map(
						({ custodian, name }) => `for ${custodian}: ${ceremony.ports.keeping.path(name)}`,
					),
				],
			},
			'a terminal, or rekey.custodians.open_with in the answers',
		);
	for (const [index, custodian] of custodians.entries()) {
		if (ceremony.hands.has(custodian.name) || ceremony.record.missing.includes(custodian.name))
			continue;
		ceremony.pause();
		const share =
			ceremony.wishes.decrypt === undefined
				? await collectShare(ceremony, stage, custodian, index + 1)
				: await decryptShareUnattended(ceremony, custodian);
		if (share === 'not-given')
			throw await createHandOutError(
				ceremony,
				`${custodian.name} could not enter their key share.`,
			);
		if (share === 'without') {
			yield* continueWithoutShare(ceremony, custodian.name);
			continue;
		}
		ceremony.hands.set(custodian.name, share);
		const { received } = ceremony.record;
		if (!received.includes(custodian.name))
			await ceremony.set({ received: [...received, custodian.name] });
		yield { kind: 'note', text: `${custodian.name} confirmed their key share` };
	}
	const shares = custodians.flatMap(({ name }) => ceremony.hands.get(name) ?? []);
	const verdict = await ceremony.ports.keys.consistent(shares, ceremony.record.threshold);
	if (verdict.ok) return;
	ceremony.wipe();
	throw await createHandOutError(ceremony, `The key shares do not match. ${verdict.why}`);
}

async function decryptShareUnattended(
	ceremony: CeremonyState,
	custodian: CeremonyCustodian,
): Promise<SecretBytes> {
	const { keys, keeping } = ceremony.ports;
	const kept = ceremony.record.kept.find((one) => one.custodian === custodian.name);
	if (kept === undefined || ceremony.wishes.decrypt === undefined)
		throw await createHandOutError(ceremony, `The key share of ${custodian.name} is not stored.`);
	const text = await ceremony.wishes.decrypt(custodian.name, keeping.path(kept.name));
	const parsed = keys.parse(text);
	text.wipe();
	if ('share' in parsed) return parsed.share;
	throw await createHandOutError(
		ceremony,
		`The decrypted text for ${custodian.name} is not a key share: ${parsed.problem}`,
	);
}

/** A committed share is lost: enough others unseal Vault, so the rekey is completed without it. */
async function* continueWithoutShare(
	ceremony: CeremonyState,
	name: string,
): AsyncGenerator<CeremonyEvent> {
	const { missing, custodians, threshold } = ceremony.record;
	const left = custodians.length - missing.length - 1;
	if (left < threshold)
		throw await createHandOutError(
			ceremony,
			`Without ${name}, only ${left} of the required ${threshold} key shares are left.`,
		);
	await ceremony.set({ missing: [...missing, name] });
	yield {
		kind: 'warning',
		text: `continuing without the key share of ${name}, which is not verified; rekey to new key holders soon`,
	};
}

/** The hand-out failed. Shares that are not committed are dropped; the current key stays valid. */
export async function createHandOutError(ceremony: CeremonyState, message: string) {
	const { committedAt, committingAt, rekey, threshold } = ceremony.record;
	const { safe, next } = ceremony.standing;
	if (committedAt === undefined && rekey?.verify !== false) {
		// Only these shares can complete a half-written commit, so the rekey stays open.
		if (committingAt !== undefined)
			return createExternalError(message, {
				safe,
				next: [
					`with all key shares at hand: ${next.join(', ')}`,
					`if they are lost for good: ${ceremony.command} rekey -cancel -nonce=${rekey?.nonce ?? ''}, then the same command. It tries the old unseal key; if a write in Vault failed (journalctl -u vault), Vault may be lost`,
				],
			});
		await cancelOwnRekey(ceremony);
		// Their files are void and must not be mistaken for current shares.
		await ceremony.set({ kept: [], received: [] });
		return createExternalError(`${message} The new key shares were dropped.`, ceremony.standing);
	}
	return createExternalError(message, {
		safe,
		next: [
			...next,
			`${threshold} key shares unseal Vault: if one is lost for good, run the same command at a terminal to continue without it`,
		],
	});
}
