import { WizardError } from '../engine/errors.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';

/** The holder of a state lock, as Terraform records it. */
interface StateLockInfo {
	id: string;
	path: string;
	/** `OperationTypeApply` is given as `apply`. */
	operation: string;
	/** `user@host`. */
	who: string;
	version: string;
	created?: Date;
	info: string;
}

/**
 * Parses the "Lock Info" block of a diagnostic. Undefined if there is none: then acquiring the lock
 * failed for another reason (no access, an unreadable state) and there is no holder.
 */
export function parseStateLockInfo(detail: string): StateLockInfo | undefined {
	// The http backend prints its own lock in "Lock Info", and before it only the ID of the other
	// lock (seen with Terraform 1.11.4).
	const http = /HTTP remote state already locked: ID=(\S+)/.exec(detail)?.[1];
	if (http !== undefined) {
		const info = 'the http backend reports only the lock ID, not its owner';
		return { id: http, path: '', operation: '', who: '', version: '', info };
	}
	const start = detail.indexOf('Lock Info:');
	if (start === -1) return undefined;
	const block = detail.slice(start);
	const field = (name: string) =>
		new RegExp(`^[ \\t]*${name}:[ \\t]*(.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
	const id = field('ID');
	if (id === '') return undefined;
	const created = parseCreated(field('Created'));
	return {
		id,
		path: field('Path'),
		operation: field('Operation')
			.replace(/^OperationType/, '')
			.toLowerCase(),
		who: field('Who'),
		version: field('Version'),
		...(created === undefined ? {} : { created }),
		info: field('Info'),
	};
}

/**
 * The `locked` error with owner, age and next commands. The lock is never removed here, because its
 * owner may still be running on another computer.
 */
export function createStateLockedError(
	lock: StateLockInfo,
	folder: string,
	now = new Date(),
): WizardError {
	const owner = lock.who === '' ? 'an unknown owner' : lock.who;
	const what = lock.operation === '' ? '' : ` for ${lock.operation}`;
	const age = lock.created === undefined ? '' : `, ${formatLockAge(lock.created, now)} ago`;
	const details = [
		`Owner: ${lock.who || 'unknown'}`,
		`Operation: ${lock.operation || 'unknown'}`,
		`Created: ${lock.created === undefined ? 'unknown' : `${lock.created.toISOString()} (${formatLockAge(lock.created, now)} ago)`}`,
		`Lock: ${lock.id}`,
		...(lock.path === '' ? [] : [`Path: ${lock.path}`]),
		...(lock.version === '' ? [] : [`Terraform: ${lock.version}`]),
	];
	if (lock.info !== '') details.push(`Info: ${lock.info}`);
	return new WizardError('locked', {
		message: `The state is locked by ${owner}${what}${age}.`,
		expected: 'no other Terraform run on this state',
		details,
		next: [
			'Wait for that run to end, then run the same command again.',
			`Only if you are sure that it is no longer running anywhere: terraform -chdir=${quoteShellWord(folder)} force-unlock ${quoteShellWord(lock.id)}`,
			`To unlock and resume: the same command with --unlock ${quoteShellWord(lock.id)}`,
		],
	});
}

/** Formats a duration in one unit: seconds, minutes, hours or days. */
export function formatLockAge(since: Date, now: Date): string {
	const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
	const units: [number, string][] = [
		[86_400, 'day'],
		[3_600, 'hour'],
		[60, 'minute'],
	];
	for (const [size, name] of units) {
		// Change units at two of the larger one: "90 minutes", not "1 hour".
		if (seconds >= size * 2) return `${Math.floor(seconds / size)} ${name}s`;
	}
	return seconds === 1 ? '1 second' : `${seconds} seconds`;
}

/** Go's time format: `2026-01-31 19:40:32.322661398 +0000 UTC`. */
function parseCreated(text: string): Date | undefined {
	const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)? ([+-]\d\d)(\d\d)/.exec(text);
	if (found === null) return undefined;
	const [, day, time, fraction = '', hours, minutes] = found;
	const created = new Date(`${day}T${time}${fraction.slice(0, 4)}${hours}:${minutes}`);
	return Number.isNaN(created.getTime()) ? undefined : created;
}
