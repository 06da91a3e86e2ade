import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { Course } from './course.ts';
import { cancelOurs } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import { inPerson } from './in-person.ts';
import type { News } from './ports.ts';
import type { CeremonyCustodian } from './record.ts';
import type { Stage } from './view.ts';

/**
 * Hands each share to its custodian and takes it back from them once, so that it is known to have
 * arrived. All of them together must belong to one key. Given back, they stay in memory until the
 * ceremony ends or stops.
 */
export async function* handOut(course: Course, stage: Stage): AsyncGenerator<News> {
	const { custodians, kept } = course.record;
	if (course.ports.person === undefined && course.wishes.decrypt === undefined)
		throw refused(
			'The shares are made, encrypted; nobody is here to prove them.',
			{
				safe: course.standing.safe,
				next: [
					`at a terminal, with the custodians: ${course.wishes.resume}`,
					...kept.map(
						({ custodian, name }) => `for ${custodian}: ${course.ports.keeping.path(name)}`,
					),
				],
			},
			'a person, or rekey.custodians.open_with in the answers',
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
			throw await broken(course, `${custodian.name} could not give their share back.`);
		if (share === 'without') {
			yield* goOnWithout(course, custodian.name);
			continue;
		}
		course.hands.set(custodian.name, share);
		const { received } = course.record;
		if (!received.includes(custodian.name))
			await course.set({ received: [...received, custodian.name] });
		yield { kind: 'note', text: `${custodian.name} holds their share, and has given it back` };
	}
	const shares = custodians.flatMap(({ name }) => course.hands.get(name) ?? []);
	const verdict = await course.ports.keys.consistent(shares, course.record.threshold);
	if (verdict.ok) return;
	course.wipe();
	throw await broken(course, `The shares do not belong together: ${verdict.why}.`);
}

async function unattended(course: Course, custodian: CeremonyCustodian): Promise<SecretBytes> {
	const { keys, keeping } = course.ports;
	const kept = course.record.kept.find((one) => one.custodian === custodian.name);
	if (kept === undefined || course.wishes.decrypt === undefined)
		throw await broken(course, `The share of ${custodian.name} is not kept.`);
	const text = await course.wishes.decrypt(custodian.name, keeping.path(kept.name));
	const parsed = keys.parse(text);
	text.wipe();
	if ('share' in parsed) return parsed.share;
	throw await broken(
		course,
		`What was opened for ${custodian.name} is no share: ${parsed.problem}`,
	);
}

/** A share that counts, and is lost: enough others open Vault, and the rest is ended with them. */
async function* goOnWithout(course: Course, name: string): AsyncGenerator<News> {
	const { missing, custodians, threshold } = course.record;
	const left = custodians.length - missing.length - 1;
	if (left < threshold)
		throw await broken(
			course,
			`Without ${name} ${left} shares are left, and ${threshold} open Vault.`,
		);
	await course.set({ missing: [...missing, name] });
	yield {
		kind: 'warning',
		text: `goes on without the share of ${name}: it is not proven; rekey to new custodians soon`,
	};
}

/** The distribution has failed. Shares that do not count yet are dropped; the old key is fine. */
export async function broken(course: Course, message: string) {
	const { committedAt, committingAt, rekey, threshold } = course.record;
	const { safe, next } = course.standing;
	if (committedAt === undefined && rekey?.verify !== false) {
		// What Vault may have half written, only these shares can end: the rekey is left to wait.
		if (committingAt !== undefined)
			return outside(message, {
				safe,
				next: [
					`with all shares at hand: ${next.join(', ')}`,
					`never to be had again: ${course.command} rekey -cancel -nonce=${rekey?.nonce ?? ''}, then the same command; the old key is tried then, but where Vault has failed to write (journalctl -u vault) it may be lost`,
				],
			});
		await cancelOurs(course);
		// Their files are no shares of anything any more, and must not be taken for current ones.
		await course.set({ kept: [], received: [] });
		return outside(`${message} The new shares were dropped.`, course.standing);
	}
	return outside(message, {
		safe,
		next: [
			...next,
			`${threshold} shares open Vault: where one is lost for good, the same command at a terminal goes on without it`,
		],
	});
}
