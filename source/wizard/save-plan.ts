import { constants, copyFileSync, lstatSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PlanReview } from '../engine/operator.ts';
import type { Session } from '../engine/session/session.ts';

const MOST_COPIES = 100;

/** Copies a plan, as text, to the current folder. Returns its path. */
export function savePlan({ stack, textFile }: PlanReview, session: Session): string {
	try {
		return copyBeside(textFile, resolve(`${session.name}-${stack}-plan`));
	} catch {
		// The current directory is not writable; the session has the same text.
		return textFile;
	}
}

/** Copies to a free name: overwrites no file and follows no symbolic link. */
function copyBeside(file: string, base: string): string {
	for (let n = 1; ; n += 1) {
		const path = `${base}${n === 1 ? '' : `-${n}`}.txt`;
		try {
			copyFileSync(file, path, constants.COPYFILE_EXCL);
			return path;
		} catch (thrown) {
			if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST' || n === MOST_COPIES) throw thrown;
			if (isSame(file, path)) return path;
		}
	}
}

function isSame(file: string, path: string): boolean {
	return lstatSync(path).isFile() && readFileSync(file).equals(readFileSync(path));
}
