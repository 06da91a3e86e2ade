import { findEncodingProblem, readInputFile } from '../input-file.ts';
import { limits } from '../limits.ts';
import type { AnswersProblem } from './answers-problem.ts';

export interface ReadAnswersOptions {
	signal?: AbortSignal | undefined;
	/** Milliseconds for a pipe to end; `limits.pipeMs` when not given. */
	limitMs?: number;
}

/**
 * Reads an answers file, at most one byte more than allowed.
 * @throws WizardError `answers` when it cannot be read, `timeout` when it is a pipe
 *   that does not end, `cancelled`.
 */
export function readAnswersBytes(path: string, reading: ReadAnswersOptions = {}): Promise<Buffer> {
	return readInputFile(path, {
		what: 'the answers file',
		mostBytes: limits.answersBytes,
		cut: true,
		expected: 'a YAML or JSON file',
		next: ['tfe-wizard answers template > answers.yaml'],
		...reading,
	});
}

/** Decodes the bytes to text, or returns the problem that prevents it. */
export function decodeAnswersText(
	bytes: Buffer,
	file: string,
): { text: string } | { problem: AnswersProblem } {
	const start = { file, line: 1, column: 1 };
	if (bytes.length > limits.answersBytes) return { problem: createTooLargeProblem(file) };
	const encoding = findEncodingProblem(bytes);
	if (encoding === undefined)
		return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
	const place = encoding.includes('UTF-16') ? start : badByte(bytes, file);
	return { problem: { key: '', place, message: `${encoding}; save the file as UTF-8` } };
}

/** The problem of a file that is too large. */
export function createTooLargeProblem(file: string): AnswersProblem {
	const message = 'is larger than 1 MiB, the limit for an answers file';
	return { key: '', place: { file, line: 1, column: 1 }, message };
}

/** The position of the first byte that is not UTF-8, found by decoding and re-encoding. */
function badByte(bytes: Buffer, file: string): AnswersProblem['place'] {
	const loose = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
	const encoder = new TextEncoder();
	let offset = 0;
	let line = 1;
	let column = 1;
	for (const character of loose) {
		const encoded = encoder.encode(character);
		if (encoded.some((byte, index) => byte !== bytes[offset + index])) break;
		offset += encoded.length;
		column = character === '\n' ? 1 : column + character.length;
		if (character === '\n') line++;
	}
	return { file, line, column };
}
