import { Cursor, type Position, ReadingProblem } from './cursor.ts';
import { type Assignment, readAssignment, readEntries } from './read-values.ts';

export interface ReadTfvars {
	assignments: Assignment[];
	problems: { at: Position; text: string }[];
}

/**
 * The assignments of a terraform.tfvars, in HCL 1 (2018), HCL 2 or JSON. After something it
 * cannot read it goes on with the next line that looks like an assignment, so that one pass
 * tells every problem. The words of a problem never quote the file: it holds a password.
 */
export function readTfvars(text: string): ReadTfvars {
	const cursor = new Cursor(text);
	const read: ReadTfvars = { assignments: [], problems: [] };
	while (nextAssignments(cursor, read)) {
		// All is in `read`.
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

/** Reads on by one statement; false at the end. */
function nextAssignments(cursor: Cursor, { assignments, problems }: ReadTfvars): boolean {
	try {
		cursor.skipBlanks(true);
		if (cursor.ended) return false;
		if (cursor.here === '{') assignments.push(...readEntries(cursor));
		else assignments.push(readAssignment(cursor, /=/));
		cursor.skipBlanks(false);
		if (!cursor.ended && cursor.here !== '\n') {
			throw new ReadingProblem(cursor.position, 'nothing more was expected on this line');
		}
	} catch (problem) {
		if (!(problem instanceof ReadingProblem)) throw problem;
		problems.push({ at: problem.position, text: problem.message });
		do cursor.takeLine();
		while (!cursor.ended && cursor.peek(/[ \t]*"?[A-Za-z_][A-Za-z0-9_-]*"?[ \t]*=/) === '');
	}
	return true;
}
