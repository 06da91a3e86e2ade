import { isDeepStrictEqual } from 'node:util';

export const SENSITIVE_PLACEHOLDER = '(sensitive)';
export const UNKNOWN_PLACEHOLDER = '(known after apply)';

/** One changed attribute. `before` and `after` are JSON values, masked where necessary. */
export interface AttributeChange {
	/** `tags.Name`, `ingress[0].cidr_blocks`. */
	path: string;
	before: unknown;
	after: unknown;
	forcesReplacement: boolean;
}

/** Both sides of a change with Terraform's marks: `true`, or objects and arrays of marks. */
interface ChangeSides {
	before: unknown;
	after: unknown;
	beforeSensitive: unknown;
	afterSensitive: unknown;
	afterUnknown: unknown;
}

type Step = string | number;

/**
 * The changed attributes at the deepest differing level, in Terraform's order. A value marked
 * sensitive on either side never appears: `show -json` prints it in plaintext, so only the marks
 * protect it.
 */
export function diffAttributes(
	sides: ChangeSides,
	replacePaths: readonly (readonly Step[])[] = [],
): AttributeChange[] {
	const changes: AttributeChange[] = [];
	walk([], sides, (path, side, sensitive, unknown) => {
		changes.push({
			path: pathText(path),
			before: maskMarkedValues(side.before ?? null, sensitive || side.beforeSensitive),
			after: unknown
				? UNKNOWN_PLACEHOLDER
				: maskMarkedValues(side.after ?? null, sensitive || side.afterSensitive, side.afterUnknown),
			forcesReplacement: replacePaths.some((forcing) => related(path, forcing)),
		});
	});
	return changes;
}

/** Replaces everything marked sensitive or unknown in a value by its placeholder. */
export function maskMarkedValues(
	value: unknown,
	sensitiveMarks: unknown,
	unknownMarks: unknown = false,
): unknown {
	if (sensitiveMarks === true) return hidden(value);
	if (unknownMarks === true) return UNKNOWN_PLACEHOLDER;
	if (Array.isArray(value)) {
		return value.map((item, index) =>
			maskMarkedValues(item, mark(sensitiveMarks, index), mark(unknownMarks, index)),
		);
	}
	if (isObject(value)) {
		const keys = new Set([
			...Object.keys(value),
			...Object.keys(isObject(unknownMarks) ? unknownMarks : {}),
		]);
		const entries = [...keys].map((key): [string, unknown] => [
			key,
			maskMarkedValues(value[key] ?? null, mark(sensitiveMarks, key), mark(unknownMarks, key)),
		]);
		return Object.fromEntries(entries);
	}
	return value;
}

/** Masking shorter secrets would hide unrelated text. */
const SHORTEST_SECRET = 6;

/** Adds every string that `marks` marks as sensitive to `secrets`. */
export function addSensitiveStrings(value: unknown, marks: unknown, secrets: Set<string>): void {
	if (typeof value === 'string') {
		if (marks === true && value.length >= SHORTEST_SECRET) secrets.add(value);
	} else if (Array.isArray(value)) {
		for (const [index, item] of value.entries())
			addSensitiveStrings(item, mark(marks, index), secrets);
	} else if (isObject(value)) {
		for (const [key, item] of Object.entries(value)) {
			addSensitiveStrings(item, mark(marks, key), secrets);
		}
	}
}

/** Masks every string in a value that contains one of `secrets`. */
export function maskKnownSecrets(value: unknown, secrets: ReadonlySet<string>): unknown {
	if (typeof value === 'string') {
		return [...secrets].some((secret) => value.includes(secret)) ? SENSITIVE_PLACEHOLDER : value;
	}
	if (Array.isArray(value)) return value.map((item) => maskKnownSecrets(item, secrets));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, maskKnownSecrets(item, secrets)]),
	);
}

type Found = (path: Step[], sides: ChangeSides, sensitive: boolean, unknown: boolean) => void;

function walk(path: Step[], sides: ChangeSides, found: Found): void {
	const { before, after, beforeSensitive, afterSensitive, afterUnknown } = sides;
	const sensitive = beforeSensitive === true || afterSensitive === true;
	const unknown = afterUnknown === true;
	if (unknown || sensitive) {
		if (unknown || !same(before, after)) found(path, sides, sensitive, unknown);
		return;
	}
	const keys = childKeys(sides);
	if (keys === undefined) {
		if (!same(before, after)) found(path, sides, false, false);
		return;
	}
	for (const key of keys) {
		walk(
			[...path, key],
			{
				before: child(before, key),
				after: child(after, key),
				beforeSensitive: mark(beforeSensitive, key),
				afterSensitive: mark(afterSensitive, key),
				afterUnknown: mark(afterUnknown, key),
			},
			found,
		);
	}
}

/** The keys to descend into, or undefined if the value is shown as a whole. */
function childKeys({ before, after, afterUnknown }: ChangeSides): Step[] | undefined {
	const present = [before, after].filter((side) => side !== null && side !== undefined);
	if (present.length === 0 && !isObject(afterUnknown)) return undefined;
	if (present.every(isObject)) {
		const unknownKeys = isObject(afterUnknown) ? Object.keys(afterUnknown) : [];
		const keys = new Set([...present.flatMap((side) => Object.keys(side)), ...unknownKeys]);
		return keys.size === 0 ? undefined : [...keys];
	}
	if (present.every(Array.isArray) && present.flat().some((item) => typeof item === 'object')) {
		const length = Math.max(...present.map((side) => side.length));
		return Array.from({ length }, (_, index) => index);
	}
	return undefined;
}

function child(value: unknown, key: Step): unknown {
	if (Array.isArray(value)) return value[Number(key)];
	return isObject(value) ? value[key] : undefined;
}

function mark(marks: unknown, key: Step): unknown {
	return marks === true ? true : child(marks, key);
}

/** Whether `path` and `forcing` name the same attribute or one contains the other. */
function related(path: readonly Step[], forcing: readonly Step[]): boolean {
	return forcing.every((step, index) => index >= path.length || path[index] === step);
}

function pathText(path: readonly Step[]): string {
	return path
		.map((step, index) => {
			if (typeof step === 'number') return `[${step}]`;
			if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
			return index === 0 ? step : `.${step}`;
		})
		.join('');
}

function same(before: unknown, after: unknown): boolean {
	return isDeepStrictEqual(before ?? null, after ?? null);
}

/** An absent value is not secret, and showing its absence helps. */
function hidden(value: unknown): unknown {
	return value === null || value === undefined ? null : SENSITIVE_PLACEHOLDER;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
