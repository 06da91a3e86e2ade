import type { Key } from 'openpgp';

/** As `2026-01-31`, in UTC. */
export const day = (date: Date) => date.toISOString().slice(0, 10);

/** How a custodian comes by a key that is fit. */
export const makeNew = [
	'Ask for another key: gpg --quick-generate-key NAME rsa3072 default 3y',
	'gpg --armor --output KEY.asc --export FINGERPRINT',
];

/** How the owner of a key lengthens its life. */
export function renew(key: Key): string[] {
	const fingerprint = key.getFingerprint().toUpperCase();
	return [
		`Its owner can renew it: gpg --quick-set-expire ${fingerprint} 3y`,
		`gpg --armor --output KEY.asc --export ${fingerprint}`,
	];
}
