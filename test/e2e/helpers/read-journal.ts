import { readFileSync } from 'node:fs';

/** The entries of a session's journal so far. */
export function readJournal(sessionFolder: string): Record<string, unknown>[] {
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
