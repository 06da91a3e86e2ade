import { userInfo } from 'node:os';
import { delimiter, isAbsolute, resolve } from 'node:path';

/** Variables of the XDG base directory specification that name one folder. */
const XDG_FOLDER = /^XDG_(DATA|CONFIG|CACHE|STATE)_HOME$|^XDG_RUNTIME_DIR$/;
/** And those that name several. */
const XDG_FOLDERS = /^XDG_(DATA|CONFIG)_DIRS$/;

/**
 * Makes every folder that the environment names for this user absolute, for this program, its
 * libraries and the programs it starts: Terraform runs in another folder than this program, where a
 * relative path leads elsewhere. Call it before anything reads these variables.
 *
 * - Relative XDG paths are removed: "the implementation should consider the path invalid and ignore
 *   it" (https://specifications.freedesktop.org/basedir-spec/latest/#basics).
 * - An empty HOME is the home folder of the user database; a relative one is resolved.
 * - A relative folder for temporary files is resolved.
 */
export function settleUserFolders(environment: NodeJS.ProcessEnv): void {
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
		// The system does not know this user, as in a container.
		return '/';
	}
}
