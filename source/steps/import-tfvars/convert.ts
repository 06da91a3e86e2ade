import type { TfvarsValue } from './read-values.ts';

export type Shape = 'text' | 'list' | 'flag' | 'number';

export type Converted = { value: string | string[] | boolean | number } | { wrong: string };

/**
 * A value as today's question takes it. Terraform 0.9 to 0.11 had no booleans and turned
 * numbers into texts, so files of 2018 write `"true"`, `1` and `"80"` for the same things.
 */
export function convert(value: TfvarsValue, shape: Shape): Converted {
	switch (shape) {
		case 'text':
			return typeof value === 'string' || typeof value === 'number'
				? { value: String(value) }
				: { wrong: 'is not a text in double quotes' };
		case 'list':
			return toList(value);
		case 'flag':
			return toFlag(value);
		case 'number':
			return toNumber(value);
	}
}

function toList(value: TfvarsValue): Converted {
	const items = Array.isArray(value) ? value : [value];
	const texts = items.filter((item) => typeof item === 'string');
	if (texts.length !== items.length) return { wrong: 'is not a list of texts in double quotes' };
	// A single text, even an empty one, stood for a list where the variable was not one yet.
	return { value: Array.isArray(value) ? texts : texts.filter((text) => text !== '') };
}

function toFlag(value: TfvarsValue): Converted {
	const word = String(value).toLowerCase();
	if (['true', '1'].includes(word)) return { value: true };
	if (['false', '0', ''].includes(word)) return { value: false };
	return { wrong: 'is neither true nor false' };
}

function toNumber(value: TfvarsValue): Converted {
	const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number)
		? { value: number }
		: { wrong: 'is not a whole number' };
}
