import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with the first thing `look` finds; fails loudly after `timeoutMs`. */
export async function until<T>(
	what: string,
	look: () => T | undefined | false | Promise<T | undefined | false>,
	timeoutMs = 120_000,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
		await sleep(20);
	}
}

/** The entries of a session's journal so far. */
export function journalOf(sessionFolder: string): Record<string, unknown>[] {
	let text: string;
	try {
		text = readFileSync(`${sessionFolder}/journal.jsonl`, 'utf8');
	} catch {
		return [];
	}
	return text.split('\n').flatMap((line) => {
		try {
			return [JSON.parse(line) as Record<string, unknown>];
		} catch {
			return [];
		}
	});
}
