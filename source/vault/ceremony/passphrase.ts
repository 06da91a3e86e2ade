import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { Course } from './course.ts';
import { outside } from './errors.ts';

/** Characters; long enough that the wrapping keys on disk are no way in. */
export const PASSPHRASE_LENGTH = 16;
const ATTEMPTS = 3;

/**
 * The passphrase that protects what the ceremony keeps for people without a key of their own:
 * chosen once, and asked for again by whoever resumes it.
 */
export async function passphraseOf(course: Course, problem?: string): Promise<SecretBytes> {
	if (problem === undefined && course.passphrase !== undefined) return course.passphrase;
	for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
		const given = await asked(course, problem);
		if (await isTheOne(course, given)) return given;
		problem = 'This is not the passphrase the ceremony was begun with.';
	}
	const given = await asked(course, problem);
	if (await isTheOne(course, given)) return given;
	throw outside('The passphrase of the ceremony was not given.', course.standing);
}

/** What is sealed with a mistyped one could never be opened: it is tried on a key it made. */
async function isTheOne(course: Course, passphrase: SecretBytes): Promise<boolean> {
	const [wrap] = course.record.wrapKeys;
	if (wrap === undefined) return true;
	const { keys, keeping } = course.ports;
	return keys.unlocks(await keeping.read(wrap.name, wrap.sha256), passphrase);
}

async function asked(course: Course, problem: string | undefined): Promise<SecretBytes> {
	const fresh = course.record.wrapKeys.length === 0 && course.record.escrow === undefined;
	const reply = await course.ask({
		kind: 'passphrase',
		step: course.wishes.step,
		ceremony: course.view('back-up'),
		title: fresh ? 'A passphrase for this ceremony' : 'The passphrase of this ceremony',
		words: fresh
			? [
					'It protects the wrapping keys of custodians without a key of their own, and the old key where no custodian has one.',
					'Needed to resume the ceremony, and later to open the backup from before. Keep it as you would a share.',
				]
			: ['The one chosen when the ceremony began.'],
		fresh,
		minLength: fresh ? PASSPHRASE_LENGTH : 1,
		...(problem === undefined ? {} : { problem }),
	});
	if (reply.kind !== 'secret') throw course.later();
	course.passphrase?.wipe();
	course.passphrase = reply.secret;
	return reply.secret;
}
