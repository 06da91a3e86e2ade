import { type Document, type LineCounter, type Scalar, visit, type YAMLError } from 'yaml';
import type { Problem } from './problem.ts';
import { placeAt } from './reading.ts';

/** Later faults mostly follow from the first; a page of them helps nobody. */
const MOST_SYNTAX_PROBLEMS = 20;

/**
 * The words for each fault of form. The parser's own messages quote the source, which may be a
 * secret, so they are never passed on.
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

/** What keeps a text from being read as YAML or JSON, one problem a line, first ones first. */
export function syntaxProblems(
	document: Document.Parsed,
	file: string,
	lines: LineCounter,
): Problem[] {
	const key = file.toLowerCase().endsWith('.json') ? '(JSON)' : '(YAML)';
	const found = new Map<number, Problem>();
	// Unknown tags are found on their nodes, with the key they belong to.
	const warnings = document.warnings.filter(({ code }) => code === 'BAD_DIRECTIVE');
	const faults = [...document.errors, ...warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
	for (const fault of faults) {
		const { message, offset } = inWords(fault, document);
		const place = placeAt({ file, lines }, offset);
		if (!found.has(place.line)) found.set(place.line, { key, place, message });
		// From here on the parser calls every token unexpected.
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
		// Where the quote should be is anybody's guess; where it was opened is a fact.
		const start = openedQuote(document, offset);
		return { message: 'has no closing quote', offset: start ?? offset };
	}
	if (code === 'BAD_INDENT' && message.startsWith('Flow')) {
		return { message: 'appears before a bracket above it is closed', offset };
	}
	return { message: words[code] ?? 'is not valid here', offset };
}

/** Where the quoted text that ends at `offset` begins. */
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
