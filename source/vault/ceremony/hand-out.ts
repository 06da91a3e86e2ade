import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { Course } from './course.ts';
import { cancelOurs } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import { inPerson } from './in-person.ts';
import type { News } from './ports.ts';
import type { CeremonyCustodian } from './record.ts';
import type { Stage } from './view.ts';

/**
 * Hands each share to its custodian and asks for it back once, to confirm that it arrived. All
 * shares must belong to one key. They stay in memory until the ceremony completes or stops.
 */
export async function* handOut(course: Course, stage: Stage): AsyncGenerator<News> {
	const { custodians, kept } = course.record;
	if (course.ports.person === undefined && course.wishes.decrypt === undefined)
		throw refused(
			'The new key shares are stored encrypted, but verifying them requires the key holders.',
			{
				safe: course.standing.safe,
				next: [
					`at a terminal, with the key holders: ${course.wishes.resume}`,
					...kept.map(
						({ custodian, name }) => `for ${custodian}: ${course.ports.keeping.path(name)}`,
					),
				],
			},
			'a terminal, or rekey.custodians.open_with in the answers',
		);
	for (const [index, custodian] of custodians.entries()) {
		if (course.hands.has(custodian.name) || course.record.missing.includes(custodian.name))
			continue;
		course.pause();
		const share =
			course.wishes.decrypt === undefined
				? await inPerson(course, stage, custodian, index + 1)
				: await unattended(course, custodian);
		if (share === 'not-given')
			throw await broken(course, `${custodian.name} could not enter their key share.`);
		if (share === 'without') {
			yield* goOnWithout(course, custodian.name);
			continue;
		}
		course.hands.set(custodian.name, share);
		const { received } = course.record;
		if (!received.includes(custodian.name))
			await course.set({ received: [...received, custodian.name] });
		yield { kind: 'note', text: `${custodian.name} confirmed their key share` };
	}
	const shares = custodians.flatMap(({ name }) => course.hands.get(name) ?? []);
	const verdict = await course.ports.keys.consistent(shares, course.record.threshold);
	if (verdict.ok) return;
	course.wipe();
	throw await broken(course, `The key shares do not match. ${verdict.why}`);
}

async function unattended(course: Course, custodian: CeremonyCustodian): Promise<SecretBytes> {
	const { keys, keeping } = course.ports;
	const kept = course.record.kept.find((one) => one.custodian === custodian.name);
	if (kept === undefined || course.wishes.decrypt === undefined)
		throw await broken(course, `The key share of ${custodian.name} is not stored.`);
	const text = await course.wishes.decrypt(custodian.name, keeping.path(kept.name));
	const parsed = keys.parse(text);
	text.wipe();
	if ('share' in parsed) return parsed.share;
	throw await broken(
		course,
		`The decrypted text for ${custodian.name} is not a key share: ${parsed.problem}`,
	);
}

/** A committed share is lost: enough others unseal Vault, so the rekey is completed without it. */
async function* goOnWithout(course: Course, name: string): AsyncGenerator<News> {
	const { missing, custodians, threshold } = course.record;
	const left = custodians.length - missing.length - 1;
	if (left < threshold)
		throw await broken(
			course,
			`Without ${name}, only ${left} of the required ${threshold} key shares are left.`,
		);
	await course.set({ missing: [...missing, name] });
	yield {
		kind: 'warning',
		text: `continuing without the key share of ${name}, which is not verified; rekey to new key holders soon`,
	};
}

/** The hand-out failed. Shares that are not committed are dropped; the current key stays valid. */
export async function broken(course: Course, message: string) {
	const { committedAt, committingAt, rekey, threshold } = course.record;
	const { safe, next } = course.standing;
	if (committedAt === undefined && rekey?.verify !== false) {
		// Only these shares can complete a half-written commit, so the rekey stays open.
		if (committingAt !== undefined)
			return outside(message, {
				safe,
				next: [
					`with all key shares at hand: ${next.join(', ')}`,
					`if they are lost for good: ${course.command} rekey -cancel -nonce=${rekey?.nonce ?? ''}, then the same command. It tries the old unseal key; if a write in Vault failed (journalctl -u vault), Vault may be lost`,
				],
			});
		await cancelOurs(course);
		// Their files are void and must not be mistaken for current shares.
		await course.set({ kept: [], received: [] });
		return outside(`${message} The new key shares were dropped.`, course.standing);
	}
	return outside(message, {
		safe,
		next: [
			...next,
			`${threshold} key shares unseal Vault: if one is lost for good, run the same command at a terminal to continue without it`,
		],
	});
}
