import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { Course } from './course.ts';
import { outside } from './errors.ts';

/** In characters; long enough to protect the wrapping keys on disk. */
export const PASSPHRASE_LENGTH = 16;
const ATTEMPTS = 3;

/**
 * The passphrase that encrypts what the ceremony stores for custodians without a key of their own:
 * chosen once, and asked for again when the ceremony is resumed.
 */
export async function passphraseOf(course: Course, problem?: string): Promise<SecretBytes> {
	if (problem === undefined && course.passphrase !== undefined) return course.passphrase;
	for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
		const given = await asked(course, problem);
		if (await isTheOne(course, given)) return given;
		problem = 'This is not the passphrase chosen for this rekey.';
	}
	const given = await asked(course, problem);
	if (await isTheOne(course, given)) return given;
	throw outside('The passphrase of the rekey was not entered correctly.', course.standing);
}

/** Tries the passphrase on an existing wrapping key: what a mistyped one encrypts would be lost. */
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
		title: fresh ? 'Passphrase for this rekey' : 'Passphrase of this rekey',
		words: fresh
			? [
					'Encrypts the wrapping keys of key holders without a public key, and the old unseal key if no key holder has one.',
					'Required to resume the rekey, and later to use the first backup. Protect it like a key share.',
				]
			: ['The passphrase chosen when the rekey was started.'],
		fresh,
		minLength: fresh ? PASSPHRASE_LENGTH : 1,
		...(problem === undefined ? {} : { problem }),
	});
	if (reply.kind !== 'secret') throw course.later();
	course.passphrase?.wipe();
	course.passphrase = reply.secret;
	return reply.secret;
}
