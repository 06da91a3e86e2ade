import { type Document, type LineCounter, type Scalar, visit, type YAMLError } from 'yaml';
import type { AnswersProblem } from './answers-problem.ts';
import { getOffsetLocation } from './parse-context.ts';

/** Later errors are mostly caused by the first ones. */
const MOST_SYNTAX_PROBLEMS = 20;

/**
 * Messages for syntax errors. Messages of the parser quote the source, which may contain a secret, so
 * they are never shown.
 */
const words: Partial<Record<YAMLError['code'], string>> = {
	BAD_DIRECTIVE: 'is a directive (%…); remove the line, or quote a value that starts with %',
	BAD_DQ_ESCAPE: 'has an unknown \\ escape in double quotes; use single quotes, or write \\\\',
	BAD_INDENT: 'is not indented like the lines above it',
	BAD_SCALAR_START: 'is a value that starts with a reserved character; write it in quotes',
	BLOCK_AS_IMPLICIT_KEY: 'has a second colon on one line, or is indented too far; quote the value',
	BLOCK_IN_FLOW: 'is missing a comma or a closing bracket before it',
	KEY_OVER_1024_CHARS: 'is a key longer than 1024 characters',
	MISSING_CHAR: 'is missing a colon after a key, or a comma',
	MULTILINE_IMPLICIT_KEY: 'is a multi-line key; a comma, a quote or a colon is missing',
	MULTIPLE_ANCHORS: 'has more than one anchor (&name); remove them and write values out',
	MULTIPLE_DOCS: 'starts a second document (---); a file contains one set of answers',
	MULTIPLE_TAGS: 'has more than one type tag (!name); remove them',
	RESOURCE_EXHAUSTION: 'is nested too deeply',
	TAB_AS_INDENT: 'is indented with a tab; use spaces',
	TAG_RESOLVE_FAILED: 'has a type tag (!name); remove it',
	UNEXPECTED_TOKEN: 'is not expected here: a quote, a bracket or a colon is misplaced',
};

/** Syntax errors as problems, one per line, in file order. */
export function findSyntaxProblems(
	document: Document.Parsed,
	file: string,
	lines: LineCounter,
): AnswersProblem[] {
	const key = file.toLowerCase().endsWith('.json') ? '(JSON)' : '(YAML)';
	const found = new Map<number, AnswersProblem>();
	// Unknown tags are reported at their nodes with the key.
	const warnings = document.warnings.filter(({ code }) => code === 'BAD_DIRECTIVE');
	const faults = [...document.errors, ...warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
	for (const fault of faults) {
		const { message, offset } = inWords(fault, document);
		const place = getOffsetLocation({ file, lines }, offset);
		if (!found.has(place.line)) found.set(place.line, { key, place, message });
		// After this error the parser reports every token as unexpected.
		if (/ in YAML (stream|document):/.test(fault.message)) break;
		if (found.size === MOST_SYNTAX_PROBLEMS) break;
	}
	return [...found.values()];
}

function inWords(
	{ code, message, pos: [offset] }: YAMLError,
	document: Document.Parsed,
): { message: string; offset: number } {
	if (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) {
		// Report where the quote was opened; where it should be closed is unknown.
		const start = openedQuote(document, offset);
		return { message: 'has no closing quote', offset: start ?? offset };
	}
	if (code === 'BAD_INDENT' && message.startsWith('Flow')) {
		return { message: 'appears before a bracket above it is closed', offset };
	}
	return { message: words[code] ?? 'is not valid here', offset };
}

/** The start of the quoted text that ends at `offset`. */
function openedQuote(document: Document.Parsed, offset: number): number | undefined {
	let start: number | undefined;
	visit(document, {
		Scalar: (_key, { type, range }: Scalar) => {
			const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
			if (quoted && range && range[0] < offset && range[1] >= offset) start = range[0];
		},
	});
	return start;
}
