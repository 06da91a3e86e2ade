import { userInfo } from 'node:os';
import { delimiter, isAbsolute, resolve } from 'node:path';

/** Variables of the XDG base directory specification with a single directory. */
const XDG_FOLDER = /^XDG_(DATA|CONFIG|CACHE|STATE)_HOME$|^XDG_RUNTIME_DIR$/;
/** Variables with several directories. */
const XDG_FOLDERS = /^XDG_(DATA|CONFIG)_DIRS$/;

/**
 * Makes the directories in environment variables absolute for this program, its libraries and child
 * programs: Terraform runs in another directory, where a relative path would differ. Must be called
 * before these variables are read.
 *
 * - Relative XDG paths are removed: "the implementation should consider the path invalid and ignore
 *   it" (https://specifications.freedesktop.org/basedir-spec/latest/#basics).
 * - An empty HOME is replaced from the user database; a relative one is resolved.
 * - A relative directory for temporary files is resolved.
 */
export function normalizeDirectoryVariables(environment: NodeJS.ProcessEnv): void {
	for (const [name, value = ''] of Object.entries(environment)) {
		if (XDG_FOLDER.test(name) && !isAbsolute(value)) delete environment[name];
		if (!XDG_FOLDERS.test(name)) continue;
		const absolute = value.split(delimiter).filter((folder) => isAbsolute(folder));
		if (absolute.length === 0) delete environment[name];
		else environment[name] = absolute.join(delimiter);
	}
	for (const name of ['TMPDIR', 'TMP', 'TEMP']) {
		const folder = environment[name];
		if (folder) environment[name] = resolve(folder);
	}
	const { HOME } = environment;
	if (HOME === undefined) return;
	environment.HOME = HOME === '' ? homeOfUser() : resolve(HOME);
}

function homeOfUser(): string {
	try {
		return userInfo().homedir;
	} catch {
		// The user database has no entry for this user, as in a container.
		return '/';
	}
}
