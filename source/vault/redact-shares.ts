const ONE = '[A-Za-z0-9+/_-]';

/**
 * Matches a share or key of 32 or 33 bytes: in hex, in base64 of either alphabet with or without
 * padding, and in groups of four with or without numbers.
 */
const shareLike = new RegExp(
	[
		'[0-9A-Fa-f]{64,}',
		`(?:(?:\\d{1,2}:\\s+)?(?<!${ONE})${ONE}{4}\\s+){10,}(?:\\d{1,2}:\\s+)?${ONE}{1,4}=?(?![A-Za-z0-9+/_=-])`,
		// Not part of a longer text, which is a path.
		`(?<!${ONE})${ONE}{43,44}=?(?![A-Za-z0-9+/_=-])`,
		'(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43,44}=?(?![A-Za-z0-9+/=])',
	].join('|'),
	'g',
);

/** Redacts everything that looks like a share or a key. */
export const redactShares = (text: string): string => text.replace(shareLike, '[hidden]');
