import { SecretBytes } from '../engine/secret-bytes.ts';
import type { Instance, RemoteOptions, RemoteResult } from './contract.ts';

type Limits = Pick<RemoteOptions, 'signal' | 'timeoutMs'>;

export type FileState =
	| { kind: 'gone' }
	/** `file` is a regular one; a link or a folder is `other`. */
	| { kind: 'file' | 'other'; size: number; modifiedAt: Date }
	/** It cannot be told; `words` are the instance's own. */
	| { kind: 'unknown'; words: string };

/** `sudo` that never asks: there is nobody to answer over there. */
const SUDO = ['sudo', '-n'];
const REGULAR = 0x8000;

/**
 * Reads a file only root may read. What came is key material: `secret` is to be wiped.
 *
 * @throws InstanceError
 */
export async function readSecretFile(
	instance: Instance,
	path: string,
	limits: Limits,
): Promise<{ ok: true; secret: SecretBytes } | { ok: false; words: string }> {
	const read = await instance.run([...SUDO, 'cat', '--', path], limits);
	if (read.exitCode !== 0) {
		read.stdout.fill(0);
		return { ok: false, words: wordsOf(read) };
	}
	const secret = new SecretBytes(Buffer.from(read.stdout));
	read.stdout.fill(0);
	return { ok: true, secret };
}

/**
 * What lies at a path; links are not followed.
 *
 * @throws InstanceError
 */
export async function statFile(
	instance: Instance,
	path: string,
	limits: Limits,
): Promise<FileState> {
	// %f: type and rights in hex, the same in every language (GNU and busybox stat).
	const told = await instance.run([...SUDO, 'stat', '-c', '%f %s %Y', '--', path], limits);
	const found = /^([0-9a-f]+) (\d+) (-?\d+)\s*$/.exec(told.stdout.toString('latin1'));
	if (told.exitCode === 0 && found !== null) {
		const [, mode = '', size, seconds] = found;
		const regular = (Number.parseInt(mode, 16) & 0xf000) === REGULAR;
		const modifiedAt = new Date(Number(seconds) * 1000);
		return { kind: regular ? 'file' : 'other', size: Number(size), modifiedAt };
	}
	// Gone only when the machine says so: listing its folder works, and it is not in it.
	const script =
		'[ -d "$1" ] && ls -a -- "$1" >/dev/null && ! [ -e "$2" ] && ! [ -L "$2" ] && echo gone';
	const folder = path.replace(/\/[^/]+\/*$/, '') || '/';
	const looked = await instance.run([...SUDO, 'sh', '-c', script, 'sh', folder, path], limits);
	if (looked.exitCode === 0 && looked.stdout.toString('latin1') === 'gone\n') {
		return { kind: 'gone' };
	}
	return { kind: 'unknown', words: wordsOf(told) || wordsOf(looked) };
}

/**
 * Puts other bytes into a file only root may read: written beside it, on disk, then in its place.
 *
 * @throws InstanceError
 */
export function replaceSecretFile(
	instance: Instance,
	path: string,
	bytes: Buffer,
	limits: Limits,
): Promise<RemoteResult> {
	// Owner and rights of the file that was there, where one was. What a broken run or somebody else
	// left under the name of the draft goes first, and with noclobber the shell follows no link there.
	const script = [
		'umask 077; rm -rf -- "$1.new" && (set -C; : > "$1.new")',
		'{ [ ! -e "$1" ] || cp -p -- "$1" "$1.new"; }',
		'cat > "$1.new" && sync && mv -f -- "$1.new" "$1" && sync',
	].join(' && ');
	return instance.run([...SUDO, 'sh', '-c', script, 'sh', path], { ...limits, stdin: bytes });
}

/**
 * Removes a file; `statFile` says whether it is gone.
 *
 * @throws InstanceError
 */
export function removeFile(
	instance: Instance,
	path: string,
	limits: Limits,
): Promise<RemoteResult> {
	return instance.run([...SUDO, 'rm', '--', path], limits);
}

function wordsOf({ stderr, exitCode }: RemoteResult): string {
	return stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`;
}
