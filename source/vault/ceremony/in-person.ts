import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { shellWord } from '../../engine/shell-word.ts';
import type { Course } from './course.ts';
import { outside } from './errors.ts';
import { passphraseOf } from './passphrase.ts';
import type { CeremonyCustodian } from './record.ts';
import type { Stage } from './view.ts';

const ATTEMPTS = 3;

/**
 * Prompts one custodian at the terminal: reveals their share if it was wrapped here, then asks for it.
 *
 * @returns `not-given` when the share could not be entered, `without` when the rekey is committed and
 * the operator decided to continue without this share.
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
				? ['Type your key share from your notes.']
				: ['Your key share is shown when you are ready.', 'Write it down, then type it.']
			: ['Decrypt your key share with your own key, and type or paste it here.'],
	});
	// Once the rekey is complete the wrapping keys are deleted: nothing is left to compare or reveal.
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

/** Asks until the input is a valid share, and the revealed one if there was one; undefined if never. */
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
				? ['Type the whole key share from your notes.']
				: ['Type or paste the decrypted key share: 66 hexadecimal digits.'],
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
		return 'This is not the key share that was shown. Compare it and type it again.';
	if ([...course.hands.values()].some((other) => other.equals(share)))
		return 'This key share was already entered by another key holder.';
	return undefined;
}

/** Asks how to continue; the first choice changes nothing. */
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
		title: `${name} could not enter their key share`,
		words: [
			counts
				? 'The rekey is committed. Nothing is lost yet.'
				: 'The rekey is not committed yet. Nothing is lost.',
		],
		choices: [
			{ value: 'again', label: 'Retry' },
			...(showable
				? [{ value: 'show', label: 'Show the key share again', hint: `only to ${name}` }]
				: []),
			...(counts
				? [
						{
							value: 'without',
							label: 'Continue without it',
							hint: 'if it is lost for good; enough others are left',
						},
					]
				: []),
			{
				value: 'stop',
				label: 'Stop',
				hint: counts || waits ? 'resume later' : 'drops the new key shares; the current key stays',
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
		title: `Continue without the key share of ${name}`,
		will: [
			`${left} of the ${custodians.length} key shares are left, and ${threshold} unseal Vault. Only these are verified; the key share of ${name} is treated as lost.`,
			'The old key is removed and the second backup is created without it.',
			'Afterwards the remaining key holders should rekey Vault to new key holders.',
		],
		check: [],
		warnings: left === threshold ? ['After this, no further key share may be lost.'] : [],
		type: course.wishes.name,
		yes: 'continue without it',
		no: 'back',
	});
	return reply.kind === 'agreed';
}

/** Decrypts a wrapped share for its custodian. */
async function opened(course: Course, custodian: CeremonyCustodian): Promise<SecretBytes> {
	const { keys, keeping } = course.ports;
	const { name } = custodian;
	const message = course.record.kept.find((one) => one.custodian === name);
	const wrap = course.record.wrapKeys.find((one) => one.custodian === name);
	if (message === undefined || wrap === undefined)
		throw outside(
			`The key share of ${name} or its wrapping key is missing from the record.`,
			course.standing,
		);
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
	throw outside(`Could not decrypt the key share of ${name}.`, course.standing);
}
