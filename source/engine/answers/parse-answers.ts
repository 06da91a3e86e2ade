import { dirname, resolve } from 'node:path';
import { type Document, isMap, LineCounter, parseDocument } from 'yaml';
import type { SourceLocation } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Answers, QuestionCatalogue } from '../question.ts';
import { type AnswersProblem, sortProblems } from './answers-problem.ts';
import { getOffsetLocation, type ParseContext, reportProblem } from './parse-context.ts';
import { parseAnswersDocument } from './parse-document.ts';
import { buildQuestionTree } from './question-tree.ts';
import {
	createTooLargeProblem,
	decodeAnswersText,
	type ReadAnswersOptions,
	readAnswersBytes,
} from './read-answers-text.ts';
import { findSyntaxProblems } from './yaml-syntax-problems.ts';

/** The catalogue that answers are read with: a fixed one, or the one of the target they name. */
type CatalogueChoice = QuestionCatalogue | ((target: unknown) => QuestionCatalogue);

export interface ParsedAnswers {
	/** The file as given by the operator. */
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
 * Reads an answers file.
 * @throws WizardError `answers` when the file cannot be opened; problems inside are returned.
 */
export async function readAnswersFile(
	path: string,
	catalogue: CatalogueChoice,
	reading: ReadAnswersOptions = {},
): Promise<ParsedAnswers> {
	const decoded = decodeAnswersText(await readAnswersBytes(path, reading), path);
	return 'text' in decoded
		? parseAnswers(decoded.text, path, catalogue)
		: brokenAnswers(path, chooseCatalogue(catalogue), [decoded.problem]);
}

/** Parses the text of an answers file, YAML or JSON. Pure. */
export function parseAnswers(
	text: string,
	fileName: string,
	choice: CatalogueChoice,
): ParsedAnswers {
	if (Buffer.byteLength(text) > limits.answersBytes)
		return brokenAnswers(fileName, chooseCatalogue(choice), [createTooLargeProblem(fileName)]);
	const lines = new LineCounter();
	// Duplicate keys are found by our own code: the parser's check takes quadratic time.
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		uniqueKeys: false,
		version: '1.2',
	});
	const catalogue = chooseCatalogue(choice, document);
	const reading: ParseContext = {
		file: fileName,
		outline: buildQuestionTree(catalogue),
		lines,
		ask: [],
		answers: new Map(),
		places: new Map(),
		problems: [],
	};
	if (text.startsWith('\uFEFF')) {
		const message = 'starts with a byte order mark; save it as UTF-8 without one';
		reportProblem(reading, { key: '', place: getOffsetLocation(reading, 0), message });
	}
	const formProblems = formProblemsOf(document, reading);
	const wrongVersion = parseAnswersDocument(reading, document, catalogue);
	if (wrongVersion !== undefined) return brokenAnswers(fileName, catalogue, [wrongVersion]);
	// Only what comes before the first syntax error was parsed reliably.
	const firstLine = Math.min(...formProblems.map(({ place }) => place?.line ?? 0));
	const kept = reading.problems.filter(({ place }) => (place?.line ?? 0) < firstLine);
	const problems = sortProblems([...formProblems, ...kept]);
	if (formProblems.length > 0) return brokenAnswers(fileName, catalogue, problems);
	return {
		file: fileName,
		catalogue,
		baseFolder: dirname(resolve(fileName)),
		answers: Object.fromEntries(reading.answers),
		ask: reading.ask,
		places: reading.places,
		problems,
		broken: false,
	};
}

/** The target decides which other keys there are, so it is read before them. */
function chooseCatalogue(choice: CatalogueChoice, document?: Document.Parsed): QuestionCatalogue {
	if (typeof choice !== 'function') return choice;
	const contents = document?.contents;
	return choice(isMap(contents) ? contents.get('target') : undefined);
}

function brokenAnswers(
	file: string,
	catalogue: QuestionCatalogue,
	problems: readonly AnswersProblem[],
): ParsedAnswers {
	return {
		...{ file, catalogue, baseFolder: dirname(resolve(file)), answers: {}, ask: [] },
		...{ places: new Map(), problems, broken: true },
	};
}

function formProblemsOf(document: Document.Parsed, reading: ParseContext): AnswersProblem[] {
	const problems = findSyntaxProblems(document, reading.file, reading.lines);
	const { explicit, version } = document.directives?.yaml ?? {};
	if (explicit === true && version !== '1.2') {
		const message = 'starts with a %YAML directive for another version; answers files are YAML 1.2';
		problems.unshift({ key: '', place: getOffsetLocation(reading, 0), message });
	}
	return problems;
}
