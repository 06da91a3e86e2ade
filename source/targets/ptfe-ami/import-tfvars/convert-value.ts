import type { TfvarsValue } from './read-values.ts';

export type AnswerType = 'text' | 'list' | 'flag' | 'number';

type ConversionResult = { value: string | string[] | boolean | number } | { wrong: string };

/**
 * Converts a value to the type of the current question. Terraform 0.9 to 0.11 had no booleans and
 * converted numbers to strings, so 2018 files contain `"true"`, `1` and `"80"`.
 */
export function convertTfvarsValue(value: TfvarsValue, shape: AnswerType): ConversionResult {
	switch (shape) {
		case 'text':
			return typeof value === 'string' || typeof value === 'number'
				? { value: String(value) }
				: { wrong: 'is not a string in double quotes' };
		case 'list':
			return toList(value);
		case 'flag':
			return toFlag(value);
		case 'number':
			return toNumber(value);
	}
}

function toList(value: TfvarsValue): ConversionResult {
	const items = Array.isArray(value) ? value : [value];
	const texts = items.filter((item) => typeof item === 'string');
	if (texts.length !== items.length) return { wrong: 'is not a list of strings in double quotes' };
	// Some list variables were single strings, possibly empty, in earlier releases.
	return { value: Array.isArray(value) ? texts : texts.filter((text) => text !== '') };
}

function toFlag(value: TfvarsValue): ConversionResult {
	const word = String(value).toLowerCase();
	if (['true', '1'].includes(word)) return { value: true };
	if (['false', '0', ''].includes(word)) return { value: false };
	return { wrong: 'is neither true nor false' };
}

function toNumber(value: TfvarsValue): ConversionResult {
	const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number)
		? { value: number }
		: { wrong: 'is not a whole number' };
}
