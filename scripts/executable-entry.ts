import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { getAsset, getRawAsset } from 'node:sea';
import { createDirectory } from '../source/engine/directories.ts';
import { WizardError } from '../source/engine/errors.ts';
import { normalizeDirectoryVariables } from '../source/engine/normalize-directory-variables.ts';
import { resolvePrivateDirectory } from '../source/engine/private-directory.ts';

// The entry of the self-contained executable. Node.js can run only one CommonJS file from inside an
// executable, and the program is ES modules that are loaded when needed and programs of its own. They
// are therefore extracted once, to the user's cache directory, and loaded from there.

const { digest, files } = JSON.parse(getAsset('contents.json', 'utf8')) as {
	digest: string;
	files: string[];
};

/** The directory of the extracted program; extracts it when it is missing. */
function extractProgram(): string {
	const parent = join(getCacheDirectory(), 'tfe-wizard', 'program');
	createDirectory(parent);
	const folder = join(parent, digest);
	if (!existsSync(folder)) {
		const draft = mkdtempSync(join(parent, 'new-'));
		try {
			for (const file of files) {
				createDirectory(dirname(join(draft, file)));
				const content = Buffer.from(getRawAsset(file) as ArrayBuffer);
				writeFileSync(join(draft, file), content, { flush: true });
			}
			renameSync(draft, folder);
		} catch (error) {
			// Another process may have extracted it at the same time.
			if (!existsSync(folder)) throw error;
		} finally {
			rmSync(draft, { recursive: true, force: true });
		}
	}
	const trusted = resolvePrivateDirectory(folder);
	if (trusted !== undefined) return trusted;
	throw new WizardError('refused', {
		message: `Other users can replace the program in ${folder}.`,
		expected: 'a cache directory that only this user can write to',
		next: ['Set XDG_CACHE_HOME to such a directory, then run the same command again.'],
	});
}

function getCacheDirectory(): string {
	normalizeDirectoryVariables(process.env);
	const { XDG_CACHE_HOME } = process.env;
	if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
	try {
		return join(homedir(), '.cache');
	} catch {
		// HOME is not set and the user database has no entry for this user, as in a container.
		return '/.cache';
	}
}

/**
 * The program that contains a script, when the script is one of an extracted program. The program
 * starts its other programs as Node.js would, `execPath SCRIPT ARGUMENTS`, and some of them in another
 * environment, with another cache directory.
 */
function findProgramOfScript(script: string): string | undefined {
	const program = dirname(dirname(script));
	const own = basename(program) === digest && files.includes(relative(program, script));
	return own && resolvePrivateDirectory(program) === program ? program : undefined;
}

try {
	const [execPath = '', , ...words] = process.argv;
	const [script = ''] = words;
	const started = isAbsolute(script) ? findProgramOfScript(script) : undefined;
	const program = started ?? extractProgram();
	process.argv = [execPath, ...(started ? [] : [join(program, 'dist/cli.js')]), ...words];
	createRequire(join(program, 'package.json'))('./run.cjs');
} catch (error) {
	if (!(error instanceof WizardError)) throw error;
	const { message, facts } = error;
	const lines = [message, `Expected: ${facts.expected}`, ...(facts.next ?? [])];
	process.stderr.write(`${lines.join('\n')}\n`);
	process.exitCode = error.exitCode;
}
