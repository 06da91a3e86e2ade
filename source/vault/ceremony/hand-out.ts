import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { assertVoid } from './counted.ts';
import type { Course } from './course.ts';
import { cancelOurs } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import { passphraseOf } from './passphrase.ts';
import type { News } from './ports.ts';
import type { CeremonyCustodian } from './record.ts';
import type { Stage } from './view.ts';

const ATTEMPTS = 3;

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
		if (course.hands.has(custodian.name)) continue;
		course.pause();
		const share =
			course.wishes.decrypt === undefined
				? await inPerson(course, stage, custodian, index + 1)
				: await unattended(course, custodian);
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

async function inPerson(
	course: Course,
	stage: Stage,
	custodian: CeremonyCustodian,
	number: number,
): Promise<SecretBytes> {
	const { step } = course.wishes;
	const { name, wrapped } = custodian;
	const held = course.record.received.includes(name);
	await course.agreed({
		kind: 'next-person',
		step,
		ceremony: course.view(stage, name),
		custodian: name,
		number,
		of: course.record.custodians.length,
		words:
			wrapped && !held
				? [
						'The share is shown once you say so, for you alone.',
						'Write it down, then type it back.',
					]
				: wrapped
					? ['Type your share, as you wrote it down.']
					: ['Open your share with your own key, and type or paste it here.'],
	});
	// When all is done the wrapping keys are gone, and nothing is left to compare with.
	const unwrapped = held && course.record.wrapKeys.every((one) => one.custodian !== name);
	const shown = wrapped && !unwrapped ? await opened(course, custodian) : undefined;
	if (shown !== undefined && !held) {
		const text = course.ports.keys.shown(shown);
		try {
			await course.agreed({
				kind: 'reveal',
				step,
				ceremony: course.view(stage, name),
				custodian: name,
				share: text,
				checkDigits: course.ports.keys.checkDigits(shown),
				seconds: 120,
			});
		} finally {
			text.wipe();
		}
	}
	try {
		return await givenBack(course, stage, custodian, shown);
	} finally {
		shown?.wipe();
	}
}

/** Until what is typed is a share, and the one that was shown where one was. */
async function givenBack(
	course: Course,
	stage: Stage,
	custodian: CeremonyCustodian,
	shown: SecretBytes | undefined,
): Promise<SecretBytes> {
	const { keys, keeping } = course.ports;
	const file = course.record.kept.find((one) => one.custodian === custodian.name);
	let problem: string | undefined;
	for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
		const reply = await course.ask({
			kind: 'give-share',
			step: course.wishes.step,
			ceremony: course.view(stage, custodian.name),
			custodian: custodian.name,
			words: custodian.wrapped
				? ['Type the whole share back, from what you wrote down.']
				: ['Type or paste what your key opens: 66 hexadecimal digits.'],
			...(custodian.wrapped || file === undefined
				? {}
				: {
						message: {
							file: keeping.path(file.name),
							command:
								course.wishes.openCommand?.(custodian.name, keeping.path(file.name)) ??
								`gpg --decrypt --quiet ${keeping.path(file.name)}`,
						},
					}),
			...(problem === undefined ? {} : { problem }),
			attempt,
			attempts: ATTEMPTS,
		});
		if (reply.kind !== 'secret') throw course.later();
		const parsed = keys.parse(reply.secret);
		reply.secret.wipe();
		if ('problem' in parsed) problem = parsed.problem;
		else if (shown !== undefined && !parsed.share.equals(shown)) {
			parsed.share.wipe();
			problem = 'This is not the share that was shown. Nothing is lost: compare and type it again.';
		} else if ([...course.hands.values()].some((other) => other.equals(parsed.share))) {
			parsed.share.wipe();
			problem = 'This share was given already, by another custodian. Nothing is lost.';
		} else return parsed.share;
	}
	throw await broken(course, `${custodian.name} could not give their share back.`);
}

/** A wrapped share, opened for its owner. */
async function opened(course: Course, custodian: CeremonyCustodian): Promise<SecretBytes> {
	const { keys, keeping } = course.ports;
	const message = course.record.kept.find((one) => one.custodian === custodian.name);
	const wrap = course.record.wrapKeys.find((one) => one.custodian === custodian.name);
	if (message === undefined || wrap === undefined)
		throw await broken(course, `The share of ${custodian.name} or its wrapping key is not known.`);
	const bytes = await keeping.read(message.name, message.sha256);
	const privateKey = await keeping.read(wrap.name, wrap.sha256);
	let problem: string | undefined;
	for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
		const passphrase = await passphraseOf(course, problem);
		try {
			return await keys.open(bytes, privateKey, passphrase);
		} catch (thrown) {
			problem = thrown instanceof Error ? thrown.message : String(thrown);
		}
	}
	throw outside(`The share of ${custodian.name} could not be opened.`, course.standing);
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

/** The distribution has failed. Shares that do not count yet are dropped; the old key is fine. */
export async function broken(course: Course, message: string) {
	if (course.record.committedAt === undefined && course.record.rekey?.verify !== false) {
		await cancelOurs(course);
		if (course.record.committingAt !== undefined) await assertVoid(course);
		return outside(`${message} The new shares were dropped.`, course.standing);
	}
	const { safe, next } = course.standing;
	const { threshold } = course.record;
	return outside(message, {
		safe,
		next: [
			...next,
			`if that share is lost for good, ${threshold} others still open Vault; on the machine, with them there: vault operator rekey to new custodians, sudo rm ${course.ports.machine.keyFile}, sudo atlas-backup`,
		],
	});
}
