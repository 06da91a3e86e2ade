import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { WizardError } from '../errors.ts';
import type { Problem } from './problem.ts';

/** The most an answers file may hold: far more than any, far less than would slow the reading. */
export const MOST_BYTES = 1024 * 1024;

/**
 * The bytes of an answers file, at most one more than allowed.
 * @throws WizardError `answers` when it cannot be read.
 */
export async function readBytes(path: string): Promise<Buffer> {
	try {
		if ((await stat(path)).isDirectory()) {
			throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
		}
		const chunks: Buffer[] = [];
		// A limit, since the path may name a pipe or a device that never ends.
		for await (const chunk of createReadStream(path, { end: MOST_BYTES })) chunks.push(chunk);
		return Buffer.concat(chunks);
	} catch (error) {
		throw unreadable(path, error);
	}
}

function unreadable(path: string, error: unknown): WizardError {
	const reasons: Record<string, string> = {
		ENOENT: 'does not exist',
		ENOTDIR: 'does not exist: a part of its path is no folder',
		EACCES: 'may not be read by this user',
		EPERM: 'may not be read by this user',
		EISDIR: 'is a folder, not a file',
		ELOOP: 'is a link that leads in circles',
	};
	const code = (error as NodeJS.ErrnoException).code ?? '';
	return new WizardError('answers', {
		message: `The answers file ${path} ${reasons[code] ?? `cannot be read (${code})`}.`,
		expected: 'a YAML or JSON file',
		next: ['tfe-wizard answers template > answers.yaml'],
		cause: error,
	});
}

/** The text of the bytes, or the one problem that makes them no text. */
export function decode(bytes: Uint8Array, file: string): { text: string } | { problem: Problem } {
	const start = { file, line: 1, column: 1 };
	if (bytes.length > MOST_BYTES) return { problem: tooLong(file) };
	if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
		const message = 'is saved as UTF-16; save it as UTF-8';
		return { problem: { key: '', place: start, message } };
	}
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
		return { text };
	} catch {
		const message = 'has bytes that are not UTF-8; save the file as UTF-8';
		return { problem: { key: '', place: badByte(bytes, file), message } };
	}
}

/** The problem of a text longer than allowed. */
export function tooLong(file: string): Problem {
	const message = 'is larger than 1 MiB, which no answers file is';
	return { key: '', place: { file, line: 1, column: 1 }, message };
}

/** Where the first byte that is not UTF-8 stands: after all that still decodes and re-encodes. */
function badByte(bytes: Uint8Array, file: string): Problem['place'] {
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
