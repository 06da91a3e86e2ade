import type { IncomingMessage } from 'node:http';
import { VaultHttpError } from './http-error.ts';

/** The longest accepted request body. */
const LONGEST = 1 << 20;

/**
 * Parses the JSON object of a request body; empty without a body. Names are case-insensitive, as in
 * Go.
 */
export async function readJsonBody(
	request: IncomingMessage,
): Promise<Readonly<Record<string, unknown>>> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > LONGEST) throw new VaultHttpError(413, 'request body too large');
		chunks.push(chunk);
	}
	const text = Buffer.concat(chunks).toString();
	if (text.trim() === '') return {};
	try {
		const parsed: unknown = JSON.parse(text);
		const entries = Object.entries(parsed as object);
		return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
	} catch {
		throw new VaultHttpError(400, 'failed to parse JSON input: unexpected EOF');
	}
}

export const toStringValue = (value: unknown): string => (typeof value === 'string' ? value : '');
export const toNumberValue = (value: unknown): number => (typeof value === 'number' ? value : 0);
export const toStringArray = (value: unknown): string[] =>
	Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** @throws Refusal 400 if no key is given. */
export function getRequiredKey(body: Readonly<Record<string, unknown>>): string {
	const key = toStringValue(body.key);
	if (key === '') throw new VaultHttpError(400, "'key' must be specified in request body as JSON");
	return key;
}
