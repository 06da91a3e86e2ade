import type { Key } from 'openpgp';

/** Formats a date as `2026-01-31`, in UTC. */
export const formatKeyDate = (date: Date) => date.toISOString().slice(0, 10);

/** Next steps that replace an unsuitable key. */
export const NEW_KEY_STEPS = [
	'Create another key: gpg --quick-generate-key NAME rsa3072 default 3y',
	'gpg --armor --output KEY.asc --export FINGERPRINT',
];

/** Next steps with which the owner of a key extends its expiry date. */
export function getExtendKeySteps(key: Key): string[] {
	const fingerprint = key.getFingerprint().toUpperCase();
	return [
		`Its owner can extend it: gpg --quick-set-expire ${fingerprint} 3y`,
		`gpg --armor --output KEY.asc --export ${fingerprint}`,
	];
}
