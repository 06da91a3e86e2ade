import { SecretBytes } from '../engine/secret-bytes.ts';
import type { InstanceConnection, RemoteCommandOptions, RemoteResult } from './instance-types.ts';

type Limits = Pick<RemoteCommandOptions, 'signal' | 'timeoutMs'>;

type RemoteFileState =
	| { kind: 'gone' }
	/** `file` is a regular file; a link or a directory is `other`. */
	| { kind: 'file' | 'other'; size: number; modifiedAt: Date }
	/** It could not be determined; `words` is the instance's error. */
	| { kind: 'unknown'; words: string };

/** `sudo` without prompts: no user can answer them on the instance. */
const SUDO = ['sudo', '-n'];
const REGULAR_FILE_TYPE = 0x8000;

/**
 * Reads a file that only root can read. It holds key material: the caller wipes `secret`.
 *
 * @throws InstanceError
 */
export async function readSecretFile(
	instance: InstanceConnection,
	path: string,
	limits: Limits,
): Promise<{ ok: true; secret: SecretBytes } | { ok: false; words: string }> {
	const read = await instance.run([...SUDO, 'cat', '--', path], limits);
	if (read.exitCode !== 0) {
		read.stdout.fill(0);
		return { ok: false, words: getLastErrorLine(read) };
	}
	const secret = new SecretBytes(Buffer.from(read.stdout));
	read.stdout.fill(0);
	return { ok: true, secret };
}

/**
 * Reports what exists at a path; links are not followed.
 *
 * @throws InstanceError
 */
export async function statFile(
	instance: InstanceConnection,
	path: string,
	limits: Limits,
): Promise<RemoteFileState> {
	// %f: type and mode in hex, in every locale (GNU and busybox stat).
	const stat = await instance.run([...SUDO, 'stat', '-c', '%f %s %Y', '--', path], limits);
	const found = /^([0-9a-f]+) (\d+) (-?\d+)\s*$/.exec(stat.stdout.toString('latin1'));
	if (stat.exitCode === 0 && found !== null) {
		const [, mode = '', size, seconds] = found;
		const regular = (Number.parseInt(mode, 16) & 0xf000) === REGULAR_FILE_TYPE;
		const modifiedAt = new Date(Number(seconds) * 1000);
		return { kind: regular ? 'file' : 'other', size: Number(size), modifiedAt };
	}
	// `gone` requires proof: its directory can be listed and does not contain it.
	const script =
		'[ -d "$1" ] && ls -a -- "$1" >/dev/null && ! [ -e "$2" ] && ! [ -L "$2" ] && echo gone';
	const folder = path.replace(/\/[^/]+\/*$/, '') || '/';
	const listing = await instance.run([...SUDO, 'sh', '-c', script, 'sh', folder, path], limits);
	if (listing.exitCode === 0 && listing.stdout.toString('latin1') === 'gone\n') {
		return { kind: 'gone' };
	}
	return { kind: 'unknown', words: getLastErrorLine(stat) || getLastErrorLine(listing) };
}

/**
 * Replaces the contents of a file that only root can read: writes a new file next to it, syncs it,
 * and renames it.
 *
 * @throws InstanceError
 */
export function replaceSecretFile(
	instance: InstanceConnection,
	path: string,
	bytes: Buffer,
	limits: Limits,
): Promise<RemoteResult> {
	// Keeps the owner and mode of an existing file. A leftover draft of an interrupted run, or of another
	// user, is removed first, and with noclobber the shell follows no link there.
	const script = [
		'umask 077; rm -rf -- "$1.new" && (set -C; : > "$1.new")',
		'{ [ ! -e "$1" ] || cp -p -- "$1" "$1.new"; }',
		'cat > "$1.new" && sync && mv -f -- "$1.new" "$1" && sync',
	].join(' && ');
	return instance.run([...SUDO, 'sh', '-c', script, 'sh', path], { ...limits, stdin: bytes });
}

/**
 * Removes a file; `statFile` shows whether it is gone.
 *
 * @throws InstanceError
 */
export function removeFile(
	instance: InstanceConnection,
	path: string,
	limits: Limits,
): Promise<RemoteResult> {
	return instance.run([...SUDO, 'rm', '--', path], limits);
}

function getLastErrorLine({ stderr, exitCode }: RemoteResult): string {
	return stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`;
}
