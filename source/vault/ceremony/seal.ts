import { createHash } from 'node:crypto';
import { WizardError } from '../../engine/errors.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { Course } from './course.ts';
import { outside } from './errors.ts';
import { passphraseOf } from './passphrase.ts';

/**
 * Keeps a whole key of Vault in two places, encrypted to the custodians who have keys, or under the
 * ceremony's passphrase where nobody has.
 *
 * @param stem How the file's name begins.
 * @throws WizardError when it could not be encrypted or kept.
 */
export async function sealAndKeep(
	course: Course,
	key: SecretBytes,
	stem: string,
	label: string,
): Promise<{ name: string; sha256: string; to: 'custodians' | 'passphrase' }> {
	const { keys, keeping } = course.ports;
	const own = course.record.custodians.filter(({ wrapped }) => !wrapped);
	const to = own.length > 0 ? 'custodians' : 'passphrase';
	try {
		const sealed = await keys.sealOldKey(
			key,
			to === 'custodians'
				? { publicKeys: own.map(({ publicKey }) => publicKey) }
				: { passphrase: await passphraseOf(course) },
			label,
		);
		// Sealed again after a crash it is other bytes, and what was kept is never changed.
		const digest = createHash('sha256').update(sealed).digest('hex').slice(0, 8);
		const name = `${stem}-${digest}.asc`;
		return { name, sha256: await keeping.keep(name, sealed), to };
	} catch (thrown) {
		if (thrown instanceof WizardError) throw thrown;
		throw outside(
			`${stem} could not be encrypted and kept in two places: ${thrown instanceof Error ? thrown.message : ''}`,
			course.standing,
			thrown,
		);
	}
}

/** An ISO time or a name as part of a file's name. */
export function slug(text: string): string {
	return text.replace(/\.\d+Z$/, 'Z').replace(/[^A-Za-z0-9-]+/g, '-');
}
