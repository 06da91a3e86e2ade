import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** The longest accepted request body. */
const LONGEST = 1 << 20;

/**
 * Parses the JSON object of a request body; empty without a body. Names are case-insensitive, as in
 * Go.
 */
export async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > LONGEST) throw new Refusal(413, 'request body too large');
		chunks.push(chunk);
	}
	const text = Buffer.concat(chunks).toString();
	if (text.trim() === '') return {};
	try {
		const parsed: unknown = JSON.parse(text);
		const entries = Object.entries(parsed as object);
		return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
	} catch {
		throw new Refusal(400, 'failed to parse JSON input: unexpected EOF');
	}
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
export const textsOf = (value: unknown): string[] =>
	Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** @throws Refusal 400 if no key is given. */
export function keyOf(body: Readonly<Record<string, unknown>>): string {
	const key = textOf(body.key);
	if (key === '') throw new Refusal(400, "'key' must be specified in request body as JSON");
	return key;
}
