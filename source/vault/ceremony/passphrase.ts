import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { Course } from './course.ts';

/** Characters; long enough that the wrapping keys on disk are no way in. */
export const PASSPHRASE_LENGTH = 16;

/**
 * The passphrase that protects what the ceremony keeps for people without a key of their own:
 * chosen once, and asked for again by whoever resumes it.
 */
export async function passphraseOf(course: Course, problem?: string): Promise<SecretBytes> {
	if (problem === undefined && course.passphrase !== undefined) return course.passphrase;
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
