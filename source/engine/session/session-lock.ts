import { createHash } from 'node:crypto';
import { constants, copyFileSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { addPathToErrors, WizardError } from '../errors.ts';
import { stringifySafeJson } from '../escape-for-terminal.ts';
import { getProcessStartTime } from '../process-start-time.ts';
import { readRegularFileText } from '../regular-file.ts';
import { quoteShellWord } from '../shell-quote.ts';
import { getSystemErrorCode, isHardLinkUnsupportedError } from '../system-errors.ts';
import { assertOwnDirectory } from './session-directories.ts';

const holderSchema = z.object({
	pid: z.number(),
	/** Start time of the process, to detect a reused pid. */
	born: z.string(),
	host: z.string(),
	user: z.string(),
	since: z.string(),
	command: z.string(),
});
type LockHolder = z.infer<typeof holderSchema>;

export interface SessionLock {
	release(): void;
}

/**
 * Acquires the lock of a session, a file that names its holder. A lock whose process no longer runs on
 * this host is taken over at once, so that a killed run can be resumed without waiting.
 *
 * @throws WizardError `locked` when another run holds it, naming that run; `refused` when its
 *   directory is a link or belongs to another user.
 */
export function acquireSessionLock(path: string, session: string): SessionLock {
	assertOwnDirectory(dirname(path));
	const mine: LockHolder = {
		pid: process.pid,
		born: getProcessStartTime(process.pid) ?? '',
		host: hostname(),
		user: userInfo().username,
		since: new Date().toISOString(),
		command: process.argv.slice(2).join(' '),
	};
	const text = stringifySafeJson(mine);
	const draft = `${path}.${process.pid}`;
	try {
		addPathToErrors(path, () => writeFileSync(draft, text, { mode: 0o600, flush: true }));
		const holder = acquire(path, draft);
		if (holder !== undefined) throw heldBy(holder, session, path);
		return {
			release() {
				if (readRegularFileText(path) === text) rmSync(path, { force: true });
			},
		};
	} finally {
		rmSync(draft, { force: true });
	}
}

/** The current lock holder; undefined when no running process holds the lock. */
export function findRunningLockHolder(path: string): LockHolder | undefined {
	const holder = parseHolder(readRegularFileText(path));
	return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/**
 * link() fails when the target exists, which makes it an atomic test-and-set with complete content. On
 * a file system without hard links (exFAT, some network shares) an exclusive create is used; there a
 * crash can leave an empty lock, which has no holder.
 */
function linked(draft: string, path: string): boolean {
	try {
		try {
			linkSync(draft, path);
		} catch (error) {
			if (!isHardLinkUnsupportedError(error)) throw error;
			copyFileSync(draft, path, constants.COPYFILE_EXCL);
		}
		return true;
	} catch (error) {
		if (getSystemErrorCode(error) === 'EEXIST') return false;
		throw error;
	}
}

/**
 * Installs the draft as the lock unless a running process holds it; returns that holder.
 *
 * Of several processes that find the same stale lock, only the one that acquires a second lock, named
 * after the content of the stale one, may replace it. No other process replaces a lock with that
 * content in the meantime. The replacement is a single rename, so that a lock always exists.
 */
function acquire(path: string, draft: string): LockHolder | undefined {
	for (;;) {
		if (linked(draft, path)) return undefined;
		const found = readRegularFileText(path);
		// Released in the meantime.
		if (found === undefined) continue;
		const holder = parseHolder(found);
		if (holder !== undefined && isAlive(holder)) return holder;
		const claim = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 8)}`;
		const other = acquire(claim, draft);
		if (other !== undefined) return other;
		try {
			if (readRegularFileText(path) === found) {
				replaceBy(draft, path);
				return undefined;
			}
		} finally {
			rmSync(claim, { force: true });
		}
	}
}

function replaceBy(draft: string, path: string): void {
	const copy = `${draft}.copy`;
	rmSync(copy, { force: true });
	if (!linked(draft, copy)) throw new Error(`${copy} was created by another process`);
	renameSync(copy, path);
}

function parseHolder(text: string | undefined): LockHolder | undefined {
	try {
		return holderSchema.safeParse(JSON.parse(text ?? '')).data;
	} catch {
		return undefined;
	}
}

/** A holder on another host (a shared home directory) cannot be checked and is assumed to run. */
function isAlive(holder: LockHolder): boolean {
	if (holder.host !== hostname()) return true;
	const born = getProcessStartTime(holder.pid);
	return born !== undefined && (holder.born === '' || born === holder.born);
}

function heldBy(holder: LockHolder, session: string, path: string): WizardError {
	return new WizardError('locked', {
		message: `Session ${session} is in use by another run.`,
		details: [
			`process ${holder.pid} of ${holder.user} on ${holder.host}, since ${holder.since}`,
			`command: tfe-wizard ${holder.command}`,
			`lock file: ${path}`,
		],
		next: [
			'Wait until that run ends, or stop it there with Ctrl-C.',
			`tfe-wizard sessions show ${session}`,
			...(holder.host === hostname()
				? []
				: [
						`rm ${quoteShellWord(path)} (only if ${holder.host} no longer exists: it cannot be checked from here)`,
					]),
		],
	});
}
