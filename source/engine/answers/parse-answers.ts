import { dirname, resolve } from 'node:path';
import {
	type Document,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	type Pair,
	parseDocument,
	type Scalar,
	visit,
	type YAMLError,
} from 'yaml';
import { findClosestMatch } from '../closest-match.ts';
import type { SourceLocation } from '../errors.ts';
import { findEncodingProblem, formatInputFileName, readInputFile } from '../input-file.ts';
import { limits } from '../limits.ts';
import type { Answers, QuestionCatalogue } from '../question.ts';
import {
	type AnswersProblem,
	formatValueAsShortJson,
	sortProblemsByPosition,
} from './answers-problem.ts';
import { describeYamlNodeType } from './find-node-problems.ts';
import { AnswersTreeParser, TooManyProblemsError } from './parse-answers-tree.ts';
import { ANSWERS_FILE_VERSION, buildQuestionTree, type GroupNode } from './question-tree.ts';

/** The catalogue that answers are read with: a fixed one, or the one of the target they name. */
type CatalogueChoice = QuestionCatalogue | ((target: unknown) => QuestionCatalogue);

export interface ParsedAnswers {
	/** The file as given by the operator, or `standard input`. */
	file: string;
	/** What the answers were read with. */
	catalogue: QuestionCatalogue;
	/** The directory that paths in the answers are relative to. */
	baseFolder: string;
	answers: Answers;
	/** Ids of the steps that stay interactive; their answers become defaults. */
	ask: readonly string[];
	/**
	 * The position of each answer, list item (`KEY[0]`) and map entry (`KEY.name`). An optional question
	 * left blank (`KEY:`) has a position but no answer.
	 */
	places: ReadonlyMap<string, SourceLocation>;
	/** All parse problems in file order. */
	problems: readonly AnswersProblem[];
	/** True when the syntax is too broken for further checks. */
	broken: boolean;
}

/**
 * Reads an answers file, or standard input for `-`.
 *
 * @param reading `limitMs`: milliseconds for a pipe to end; `limits.pipeMs` when not given.
 * @throws WizardError `answers` when the file cannot be opened, `timeout` when it is a pipe that does
 *   not end, `cancelled`; problems inside are returned.
 */
export async function readAnswersFile(
	path: string,
	choice: CatalogueChoice,
	reading: { signal?: AbortSignal | undefined; limitMs?: number } = {},
): Promise<ParsedAnswers> {
	const bytes = await readInputFile(path, {
		what: 'the answers file',
		mostBytes: limits.answersBytes,
		cut: true,
		expected: 'a YAML or JSON file',
		next: ['tfe-wizard answers template > answers.yaml'],
		...reading,
	});
	const file = formatInputFileName(path);
	const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
	const encoding = bytes.length > limits.answersBytes ? undefined : findEncodingProblem(bytes);
	if (encoding === undefined) return parseAnswers(text, file, choice);
	const again = Buffer.from(text);
	// In UTF-16 already the first byte differs.
	const same = bytes.findIndex((byte, index) => byte !== again[index]);
	const before = bytes
		.toString('utf8', 0, same)
		.replace(/\uFFFD$/, '')
		.split('\n');
	const place = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
	const message = `${encoding}; save the file as UTF-8`;
	return createParsedAnswers(file, selectCatalogue(choice), [{ key: '', place, message }]);
}

/** Parses the text of an answers file, YAML or JSON. Pure. */
export function parseAnswers(text: string, file: string, choice: CatalogueChoice): ParsedAnswers {
	if (Buffer.byteLength(text) > limits.answersBytes) {
		const place = { file, line: 1, column: 1 };
		const message = 'is larger than 1 MiB, the limit for an answers file';
		return createParsedAnswers(file, selectCatalogue(choice), [{ key: '', place, message }]);
	}
	const lines = new LineCounter();
	// Duplicate keys are found by our own code: the parser's check takes quadratic time.
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		uniqueKeys: false,
		version: '1.2',
	});
	const catalogue = selectCatalogue(choice, document);
	const tree = buildQuestionTree(catalogue);
	/** Line and column of an offset, both starting at 1. */
	const locateOffset = (offset: number): SourceLocation => {
		const { line, col } = lines.linePos(offset);
		return { file, line: Math.max(1, line), column: Math.max(1, col) };
	};
	const parser = new AnswersTreeParser(tree, locateOffset);
	const start = locateOffset(0);
	const syntaxKey = file.toLowerCase().endsWith('.json') ? '(JSON)' : '(YAML)';
	const syntax = findSyntaxProblems(document, syntaxKey, locateOffset);
	const { explicit, version } = document.directives?.yaml ?? {};
	if (explicit === true && version !== '1.2') {
		const message = 'starts with a %YAML directive for another version; answers files are YAML 1.2';
		syntax.unshift({ key: '', place: start, message });
	}
	try {
		if (text.startsWith('\uFEFF'))
			parser.report('', start, 'starts with a byte order mark; save it as UTF-8 without one');
		const unsupported = parseContents(parser, document, { catalogue, root: tree.root, start });
		if (unsupported !== undefined) return createParsedAnswers(file, catalogue, [unsupported]);
	} catch (thrown) {
		if (!(thrown instanceof TooManyProblemsError)) throw thrown;
	}
	// Only what comes before the first syntax error was parsed reliably.
	const firstLine = Math.min(...syntax.map(({ place }) => place?.line ?? 0));
	const kept = parser.problems.filter(({ place }) => (place?.line ?? 0) < firstLine);
	const problems = sortProblemsByPosition([...syntax, ...kept]);
	return createParsedAnswers(file, catalogue, problems, syntax.length > 0 ? undefined : parser);
}

/** The target decides which other keys there are, so it is read before them. */
function selectCatalogue(choice: CatalogueChoice, document?: Document.Parsed): QuestionCatalogue {
	if (typeof choice !== 'function') return choice;
	const contents = document?.contents;
	return choice(isMap(contents) ? contents.get('target') : undefined);
}

/** The result of parsing; without a parser, that of a broken file. */
function createParsedAnswers(
	file: string,
	catalogue: QuestionCatalogue,
	problems: readonly AnswersProblem[],
	parser?: AnswersTreeParser,
): ParsedAnswers {
	return {
		file,
		catalogue,
		baseFolder: dirname(resolve(file)),
		answers: Object.fromEntries(parser?.answers ?? []),
		ask: parser?.ask ?? [],
		places: parser?.places ?? new Map(),
		problems,
		broken: parser === undefined,
	};
}

/** Reads the whole file. Returns the problem of an unsupported version, which stops reading. */
function parseContents(
	parser: AnswersTreeParser,
	{ contents }: Document.Parsed,
	{
		catalogue,
		root,
		start,
	}: { catalogue: QuestionCatalogue; root: GroupNode; start: SourceLocation },
): AnswersProblem | undefined {
	if (parser.rejectIndirection('', contents)) return undefined;
	const place = parser.locate(contents) ?? start;
	const versionLine = `version: ${ANSWERS_FILE_VERSION}`;
	if (!isMap(contents)) {
		const empty = contents === null || (isScalar(contents) && contents.value === null);
		const message = empty ? 'is empty' : `is ${describeYamlNodeType(contents)}, not a mapping`;
		parser.report('', place, message, {
			rule: `${versionLine}, followed by a key for each answer`,
		});
		return undefined;
	}
	const pairs = new Map(
		contents.items.flatMap((pair): [string, Pair][] =>
			isScalar(pair.key) ? [[String(pair.key.value), pair]] : [],
		),
	);
	const version = pairs.get('version');
	const given = isScalar(version?.value) ? version.value.value : undefined;
	const versionPlace = version === undefined ? place : locateValue(parser, version);
	if (typeof given === 'number' && given !== ANSWERS_FILE_VERSION) {
		const message = `is ${given}, but this tfe-wizard supports only ${ANSWERS_FILE_VERSION}`;
		return { key: 'version', place: versionPlace, message };
	}
	if (given !== ANSWERS_FILE_VERSION) {
		const quoted = given === String(ANSWERS_FILE_VERSION);
		const invalid = quoted ? 'is text; write the number without quotes' : 'is not a version number';
		const message = version === undefined ? 'is missing' : invalid;
		parser.report('version', versionPlace, message, { rule: versionLine });
	}
	// Read first, because it affects how the rest is read.
	parseAsk(parser, pairs.get('ask'), catalogue);
	const schema = pairs.get('$schema');
	if (schema && !(isScalar(schema.value) && typeof schema.value.value === 'string')) {
		const message = `is ${describeYamlNodeType(schema.value)}, not the URL or path of a schema`;
		parser.report('$schema', locateValue(parser, schema), message);
	}
	parser.readGroup(contents, root);
	return undefined;
}

/** The start of a value, or of its key. */
function locateValue(parser: AnswersTreeParser, { key, value }: Pair): SourceLocation | undefined {
	return parser.locate(value) ?? parser.locate(key);
}

function parseAsk(
	parser: AnswersTreeParser,
	pair: Pair | undefined,
	{ steps }: QuestionCatalogue,
): void {
	if (pair === undefined || parser.rejectIndirection('ask', pair.value)) return;
	const known = steps.map(({ id }) => id);
	const rule = `a list of steps: ${known.join(', ')}`;
	if (!isSeq(pair.value)) {
		parser.report('ask', locateValue(parser, pair), `is ${describeYamlNodeType(pair.value)}`, {
			rule,
		});
		return;
	}
	const ask = new Set<string>();
	for (const [index, item] of pair.value.items.entries()) {
		const key = `ask[${index}]`;
		const place = parser.locate(item);
		if (parser.rejectIndirection(key, item)) continue;
		const id = isScalar(item) ? item.value : undefined;
		const value = formatValueAsShortJson(id);
		if (typeof id !== 'string') {
			parser.report(key, place, `is ${describeYamlNodeType(item)}, not a step`, { rule });
		} else if (!known.includes(id)) {
			const nearest = findClosestMatch(id, known);
			parser.report(key, place, 'is not a step', { rule, value, nearest });
		} else if (ask.has(id)) {
			parser.report(key, place, 'is listed twice', { value });
		} else ask.add(id);
	}
	parser.ask = [...ask];
}

/** Later errors are mostly caused by the first ones. */
const MOST_SYNTAX_PROBLEMS = 20;

/**
 * Messages for syntax errors. Messages of the parser quote the source, which may contain a secret, so
 * they are never shown.
 */
const syntaxMessages: Partial<Record<YAMLError['code'], string>> = {
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

/** Syntax errors as problems, one per line, in file order. `locate` returns the place of an offset. */
function findSyntaxProblems(
	{ errors, warnings, contents }: Document.Parsed,
	key: string,
	locate: (offset: number) => SourceLocation,
): AnswersProblem[] {
	const found = new Map<number, AnswersProblem>();
	// Unknown tags are reported at their nodes with the key.
	const directives = warnings.filter(({ code }) => code === 'BAD_DIRECTIVE');
	const all = [...errors, ...directives].toSorted((a, b) => a.pos[0] - b.pos[0]);
	for (const { code, message, pos } of all) {
		let [offset] = pos;
		let text = syntaxMessages[code] ?? 'is not valid here';
		if (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) {
			// Report where the quote was opened; where it should be closed is unknown.
			offset = findOpeningQuote(contents, offset) ?? offset;
			text = 'has no closing quote';
		} else if (code === 'BAD_INDENT' && message.startsWith('Flow')) {
			text = 'appears before a bracket above it is closed';
		}
		const place = locate(offset);
		if (!found.has(place.line)) found.set(place.line, { key, place, message: text });
		// After this error the parser reports every token as unexpected.
		if (/ in YAML (stream|document):/.test(message)) break;
		if (found.size === MOST_SYNTAX_PROBLEMS) break;
	}
	return [...found.values()];
}

/** The start of the quoted text that ends at `offset`. */
function findOpeningQuote(contents: Node | null, offset: number): number | undefined {
	let start: number | undefined;
	visit(contents, {
		Scalar: (_key, { type, range }: Scalar) => {
			const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
			if (quoted && range && range[0] < offset && range[1] >= offset) start = range[0];
		},
	});
	return start;
}
