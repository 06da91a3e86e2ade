const ONE = '[A-Za-z0-9+/_-]';

/**
 * What a share or a key of 32 or 33 bytes looks like: in hex; in base64 of either alphabet, with and
 * without its padding; and in groups of four, with or without the number of each.
 */
const shareLike = new RegExp(
	[
		'[0-9A-Fa-f]{64,}',
		`(?:(?:\\d{1,2}:\\s+)?(?<!${ONE})${ONE}{4}\\s+){10,}(?:\\d{1,2}:\\s+)?${ONE}{1,4}=?(?![A-Za-z0-9+/_=-])`,
		// Not a part of something longer: that is a path.
		`(?<!${ONE})${ONE}{43,44}=?(?![A-Za-z0-9+/_=-])`,
		'(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43,44}=?(?![A-Za-z0-9+/=])',
	].join('|'),
	'g',
);

/** A text without what looks like a share or a key. */
export const withoutShares = (text: string): string => text.replace(shareLike, '[hidden]');
