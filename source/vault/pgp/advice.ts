import type { Key } from 'openpgp';

/** Formats a date as `2026-01-31`, in UTC. */
export const day = (date: Date) => date.toISOString().slice(0, 10);

/** Next steps that replace an unsuitable key. */
export const makeNew = [
	'Create another key: gpg --quick-generate-key NAME rsa3072 default 3y',
	'gpg --armor --output KEY.asc --export FINGERPRINT',
];

/** Next steps with which the owner of a key extends its expiry date. */
export function renew(key: Key): string[] {
	const fingerprint = key.getFingerprint().toUpperCase();
	return [
		`Its owner can extend it: gpg --quick-set-expire ${fingerprint} 3y`,
		`gpg --armor --output KEY.asc --export ${fingerprint}`,
	];
}
