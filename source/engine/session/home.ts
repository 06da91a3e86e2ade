import { lstatSync, type Stats, statSync } from 'node:fs';
import { WizardError } from '../errors.ts';
import { kindOf } from '../own-file.ts';
import { systemCode, systemSentence, systemWords } from '../system-errors.ts';

const expected = 'a folder of this user, or a path where one can be created';

/**
 * Refuses what sessions cannot be stored in, before anything is created: a path that is a file or a
 * pipe, a link that leads nowhere or into a folder of somebody else. A folder that does not exist is
 * fine: it is created with the first session.
 *
 * @param home An absolute path.
 * @throws WizardError `usage` for a path that cannot be a folder, `refused` for a link into somebody
 *   else's, `command` where the system does not let this user look.
 */
export function checkHome(home: string): void {
	if (/\p{Cc}/u.test(home)) {
		const shown = JSON.stringify(home);
		throw unusable(`The home folder ${shown} has a line break or control character in its name.`);
	}
	const found = statOf(home, lstatSync);
	if (found === undefined) return;
	const target = found.isSymbolicLink() ? statOf(home, statSync) : found;
	if (target === undefined) throw unusable(`The home folder ${home} is a link that leads nowhere.`);
	if (!target.isDirectory())
		throw unusable(`The home folder ${home} is ${kindOf(target)}, not a folder.`);
	// By the link, its owner decides where the files go.
	if (found.isSymbolicLink() && target.uid !== process.getuid?.()) {
		throw new WizardError('refused', {
			message: `The home folder ${home} is a link to a folder of another user (uid ${target.uid}).`,
			expected,
			next: ['Name the folder itself, or one of your own, with --home DIR.'],
		});
	}
}

function statOf(home: string, look: (path: string) => Stats): Stats | undefined {
	try {
		return look(home);
	} catch (thrown) {
		const code = systemCode(thrown);
		if (code === 'ENOENT') return undefined;
		if (code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP')
			throw unusable(`${systemWords(thrown, `The home folder ${shortened(home)}`)}.`);
		throw new WizardError('command', {
			message: systemSentence(thrown, `The home folder ${home}`),
			expected,
			next: ['Fix this, or name another folder with --home DIR.'],
			cause: thrown,
		});
	}
}

/** Paths that are too long are not shown whole. */
function shortened(path: string): string {
	return path.length > 200 ? `${path.slice(0, 120)}… (${path.length} characters)` : path;
}

function unusable(message: string): WizardError {
	return new WizardError('usage', {
		message,
		expected,
		next: ['Name another folder with --home DIR or TFE_WIZARD_HOME.'],
	});
}
