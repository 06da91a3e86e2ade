import { spawnSync } from 'node:child_process';

/** The user `nobody` on Debian and Red Hat, which owns no files. */
export const OTHER_UID = 65_534;

/** Acting as another user requires root, as in most CI containers. */
export const canRunAsOtherUser = process.getuid?.() === 0;

/** Runs a shell script as another user; throws its error output when it fails. */
export function runAsOtherUser(script: string): string {
	const ran = spawnSync('sh', ['-c', script], {
		...{ uid: OTHER_UID, gid: OTHER_UID, encoding: 'utf8', cwd: '/' },
	});
	if (ran.status !== 0) throw new Error(`${script}: ${ran.stderr}`);
	return ran.stdout;
}
