import { Cursor, type Position, ReadingProblem } from './cursor.ts';
import { type Assignment, readAssignment, readEntries } from './read-values.ts';

export interface ReadTfvars {
	assignments: Assignment[];
	problems: { at: Position; text: string }[];
}

/**
 * The assignments of a terraform.tfvars, in HCL 1 (2018), HCL 2 or JSON. After a syntax error it
 * continues with the next line that looks like an assignment, so that one pass reports every
 * problem. Messages never quote the file, because it contains a password.
 */
export function readTfvars(text: string): ReadTfvars {
	const cursor = new Cursor(text);
	const read: ReadTfvars = { assignments: [], problems: [] };
	while (nextAssignments(cursor, read)) {
		// `read` collects the results.
	}
	const seen = new Map<string, Position>();
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
function nextAssignments(cursor: Cursor, { assignments, problems }: ReadTfvars): boolean {
	try {
		cursor.skipBlanks(true);
		if (cursor.ended) return false;
		if (cursor.here === '{') assignments.push(...readEntries(cursor));
		else assignments.push(readAssignment(cursor, /=/));
		cursor.skipBlanks(false);
		if (!cursor.ended && cursor.here !== '\n') {
			throw new ReadingProblem(cursor.position, 'unexpected text at the end of the line');
		}
	} catch (problem) {
		if (!(problem instanceof ReadingProblem)) throw problem;
		problems.push({ at: problem.position, text: problem.message });
		do cursor.takeLine();
		while (!cursor.ended && cursor.peek(/[ \t]*"?[A-Za-z_][A-Za-z0-9_-]*"?[ \t]*=/) === '');
	}
	return true;
}
