import { spawnSync } from 'node:child_process';

/** `nobody` on Debian and Red Hat alike: a user that owns nothing. */
export const OTHER_UID = 65_534;

/** Acting as another user takes root, as in most containers of CI. */
export const canActAsAnother = process.getuid?.() === 0;

/** Runs a shell script as another user; throws what it printed when it fails. */
export function asAnother(script: string): string {
	const ran = spawnSync('sh', ['-c', script], {
		...{ uid: OTHER_UID, gid: OTHER_UID, encoding: 'utf8', cwd: '/' },
	});
	if (ran.status !== 0) throw new Error(`${script}: ${ran.stderr}`);
	return ran.stdout;
}
