import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

/**
 * The message for a zod issue without a custom message, as a clause that follows the key. Passed as
 * the `error` option of a parse, so that messages of the schema take precedence.
 */
export function formatZodIssue(issue: RawIssue): string {
	switch (issue.code) {
		case 'invalid_type':
			return typeClause(issue.expected, issue.input);
		case 'too_small':
			return sizeClause(issue, Number(issue.minimum), 'below');
		case 'too_big':
			return sizeClause(issue, Number(issue.maximum), 'above');
		case 'invalid_format':
			return formatClause(issue.format);
		case 'invalid_value':
			return `is not ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(word).join(', ')}`;
		case 'not_multiple_of':
			return `is not a multiple of ${issue.divisor}`;
		case 'unrecognized_keys':
			return `has unknown keys: ${issue.keys.join(', ')}`;
		case 'invalid_key':
			return 'is not an allowed name';
		case 'invalid_union':
			return 'does not match any allowed form';
		default:
			return 'is not valid';
	}
}

function typeClause(expected: string, input: unknown): string {
	if (input === undefined) return 'is missing';
	if (input === null) return 'has no value';
	if (expected === 'int' && typeof input === 'number') return 'is not a whole number';
	if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
		return `is ${describeValueType(input)}; write it in quotes`;
	}
	return `is ${describeValueType(input)}, not ${names[expected] ?? expected}`;
}

const names: Record<string, string> = {
	string: 'text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	array: 'a list',
	object: 'a mapping',
	record: 'a mapping',
};

/** The type of a plain value in words. */
function describeValueType(value: unknown): string {
	if (value === null || value === undefined) return 'empty';
	if (Array.isArray(value)) return 'a list';
	return typeof value === 'boolean' ? 'a boolean' : (names[typeof value] ?? typeof value);
}

function word(value: unknown): string {
	return value === '' ? '""' : String(value);
}

interface SizeIssue {
	origin: string;
	inclusive?: boolean;
	exact?: boolean;
}

function sizeClause(issue: SizeIssue, limit: number, side: 'below' | 'above'): string {
	const unit = issue.origin === 'string' ? 'character' : 'item';
	if (!['string', 'array', 'set', 'map', 'file'].includes(issue.origin)) {
		return `must be ${bounds[side][issue.inclusive === false ? 'exclusive' : 'inclusive']} ${limit}`;
	}
	const count = `${limit} ${limit === 1 ? unit : `${unit}s`}`;
	if (issue.exact === true) return `must have exactly ${count}`;
	if (side === 'below') return limit === 1 ? 'is empty' : `must have at least ${count}`;
	return `must have at most ${count}`;
}

const bounds = {
	below: { inclusive: 'at least', exclusive: 'greater than' },
	above: { inclusive: 'at most', exclusive: 'less than' },
} as const;

function formatClause(format: string): string {
	const formats: Record<string, string> = {
		url: 'a URL',
		email: 'an email address',
		ipv4: 'an IPv4 address',
		ipv6: 'an IPv6 address',
		cidrv4: 'an IPv4 block (10.0.0.0/16)',
		cidrv6: 'an IPv6 block',
		hostname: 'a hostname',
		uuid: 'a UUID',
	};
	const name = formats[format];
	return name === undefined ? 'does not have the required format' : `is not ${name}`;
}
