import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { shellWord } from '../../engine/shell-word.ts';
import type { Course } from './course.ts';
import { outside } from './errors.ts';
import { passphraseOf } from './passphrase.ts';
import type { CeremonyCustodian } from './record.ts';
import type { Stage } from './view.ts';

const ATTEMPTS = 3;

/**
 * One custodian at the terminal: is shown their share where it was wrapped here, and gives it back.
 *
 * @returns `not-given` when it cannot be had, `without` when it counts already and the others are to
 * go on without it.
 */
export async function inPerson(
	course: Course,
	stage: Stage,
	custodian: CeremonyCustodian,
	number: number,
): Promise<SecretBytes | 'not-given' | 'without'> {
	const { name, wrapped } = custodian;
	await course.agreed({
		kind: 'next-person',
		step: course.wishes.step,
		ceremony: course.view(stage, name),
		custodian: name,
		number,
		of: course.record.custodians.length,
		words: wrapped
			? course.record.received.includes(name)
				? ['Type your share, as you wrote it down.']
				: [
						'The share is shown once you say so, for you alone.',
						'Write it down, then type it back.',
					]
			: ['Open your share with your own key, and type or paste it here.'],
	});
	// Once all is done the wrapping keys are gone, and nothing is left to compare with, or to show.
	const known = course.record.wrapKeys.some((one) => one.custodian === name);
	const shown =
		wrapped && (known || !course.record.received.includes(name))
			? await opened(course, custodian)
			: undefined;
	try {
		if (shown !== undefined && !course.record.received.includes(name))
			await reveal(course, stage, name, shown);
		for (;;) {
			const share = await givenBack(course, stage, custodian, shown);
			if (share !== undefined) return share;
			const wish = await whatNow(course, stage, name, shown !== undefined);
			if (wish === 'show' && shown !== undefined) await reveal(course, stage, name, shown);
			else if (wish === 'without' && (await agreedWithout(course, stage, name))) return 'without';
			else if (wish === 'stop') return 'not-given';
		}
	} finally {
		shown?.wipe();
	}
}

async function reveal(course: Course, stage: Stage, name: string, share: SecretBytes) {
	const { keys } = course.ports;
	const text = keys.shown(share);
	try {
		await course.agreed({
			kind: 'reveal',
			step: course.wishes.step,
			ceremony: course.view(stage, name),
			custodian: name,
			share: text,
			checkDigits: keys.checkDigits(share),
			seconds: 120,
		});
	} finally {
		text.wipe();
	}
}

/** Until what is typed is a share, and the one that was shown where one was; undefined if never. */
async function givenBack(
	course: Course,
	stage: Stage,
	custodian: CeremonyCustodian,
	shown: SecretBytes | undefined,
): Promise<SecretBytes | undefined> {
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
								`gpg --decrypt --quiet ${shellWord(keeping.path(file.name))}`,
						},
					}),
			...(problem === undefined ? {} : { problem }),
			attempt,
			attempts: ATTEMPTS,
		});
		if (reply.kind !== 'secret') throw course.later();
		const parsed = keys.parse(reply.secret);
		reply.secret.wipe();
		if ('problem' in parsed) {
			problem = parsed.problem;
			continue;
		}
		problem = objection(course, parsed.share, shown);
		if (problem === undefined) return parsed.share;
		parsed.share.wipe();
	}
	return undefined;
}

function objection(
	course: Course,
	share: SecretBytes,
	shown: SecretBytes | undefined,
): string | undefined {
	if (shown !== undefined && !share.equals(shown))
		return 'This is not the share that was shown. Nothing is lost: compare and type it again.';
	if ([...course.hands.values()].some((other) => other.equals(share)))
		return 'This share was given already, by another custodian. Nothing is lost.';
	return undefined;
}

/** What only the people there can decide; the first choice changes nothing. */
async function whatNow(
	course: Course,
	stage: Stage,
	name: string,
	showable: boolean,
): Promise<string> {
	const counts = course.record.committedAt !== undefined;
	const waits = course.record.committingAt !== undefined;
	const reply = await course.ask({
		kind: 'decide',
		step: course.wishes.step,
		ceremony: course.view(stage, name),
		title: `${name} could not give their share back`,
		words: [
			counts
				? 'The new shares count already. Nothing is lost yet.'
				: 'The new shares do not count yet. Nothing is lost.',
		],
		choices: [
			{ value: 'again', label: 'Try again' },
			...(showable
				? [{ value: 'show', label: 'Show it once more', hint: `to ${name} alone` }]
				: []),
			...(counts
				? [
						{
							value: 'without',
							label: 'Go on without it',
							hint: 'it is lost for good; enough others are here',
						},
					]
				: []),
			{
				value: 'stop',
				label: 'Stop here',
				hint: counts || waits ? 'goes on another time' : 'drops the new shares; the old key stays',
			},
		],
	});
	if (reply.kind !== 'chosen') throw course.later();
	return reply.value;
}

async function agreedWithout(course: Course, stage: Stage, name: string): Promise<boolean> {
	const { threshold, custodians, missing } = course.record;
	const left = custodians.length - missing.length - 1;
	const reply = await course.ask({
		kind: 'agree',
		step: course.wishes.step,
		ceremony: course.view(stage, name),
		title: `Go on without the share of ${name}`,
		will: [
			`${left} of the ${custodians.length} shares are left, and ${threshold} open Vault. They are proven; that of ${name} is not, and is taken for lost.`,
			'The old key is removed and the second backup made with the others alone.',
			'Afterwards Vault should be rekeyed to new custodians, by those who are left.',
		],
		check: [],
		warnings: left === threshold ? ['No further share may be lost then.'] : [],
		type: course.wishes.name,
		yes: 'go on without it',
		no: 'back',
	});
	return reply.kind === 'agreed';
}

/** A wrapped share, opened for its owner. */
async function opened(course: Course, custodian: CeremonyCustodian): Promise<SecretBytes> {
	const { keys, keeping } = course.ports;
	const { name } = custodian;
	const message = course.record.kept.find((one) => one.custodian === name);
	const wrap = course.record.wrapKeys.find((one) => one.custodian === name);
	if (message === undefined || wrap === undefined)
		throw outside(`The share of ${name} or its wrapping key is not known.`, course.standing);
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
	throw outside(`The share of ${name} could not be opened.`, course.standing);
}
