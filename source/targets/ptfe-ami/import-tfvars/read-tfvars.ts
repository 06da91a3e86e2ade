import { readAssignment, readMapEntries, type TfvarsAssignment } from './read-values.ts';
import { TextCursor, type TextPosition, TfvarsSyntaxError } from './text-cursor.ts';

interface TfvarsContent {
	assignments: TfvarsAssignment[];
	problems: { at: TextPosition; text: string }[];
}

/**
 * The assignments of a terraform.tfvars, in HCL 1 (2018), HCL 2 or JSON. After a syntax error it
 * continues with the next line that looks like an assignment, so that one pass reports every
 * problem. Messages never quote the file, because it contains a password.
 */
export function readTfvars(text: string): TfvarsContent {
	const cursor = new TextCursor(text);
	const read: TfvarsContent = { assignments: [], problems: [] };
	while (readNextStatement(cursor, read)) {
		// `read` collects the results.
	}
	const seen = new Map<string, TextPosition>();
	for (const { name, at } of read.assignments) {
		const before = seen.get(name);
		if (before !== undefined) {
			read.problems.push({ at, text: `${name} is set twice, first on line ${before.line}` });
		}
		seen.set(name, at);
	}
	return read;
}

/** Reads the next statement; false at the end. */
function readNextStatement(cursor: TextCursor, { assignments, problems }: TfvarsContent): boolean {
	try {
		cursor.skipBlanks(true);
		if (cursor.ended) return false;
		if (cursor.here === '{') assignments.push(...readMapEntries(cursor));
		else assignments.push(readAssignment(cursor, /=/));
		cursor.skipBlanks(false);
		if (!cursor.ended && cursor.here !== '\n') {
			throw new TfvarsSyntaxError(cursor.position, 'unexpected text at the end of the line');
		}
	} catch (problem) {
		if (!(problem instanceof TfvarsSyntaxError)) throw problem;
		problems.push({ at: problem.position, text: problem.message });
		do cursor.takeLine();
		while (!cursor.ended && cursor.peek(/[ \t]*"?[A-Za-z_][A-Za-z0-9_-]*"?[ \t]*=/) === '');
	}
	return true;
}
