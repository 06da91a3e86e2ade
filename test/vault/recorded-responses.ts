import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../fixtures/vault-transcripts/', import.meta.url));

export interface RecordedCommand {
	title: string;
	argv: readonly string[];
	exit: number;
	stdout: string;
	stderr: string;
}

export const readTranscriptFixture = (name: string) =>
	readFileSync(`${folder}${name}`, 'utf8').trim();

/** Commands of a real Vault with what they printed, which contains the server's responses. */
export const readRecordedCommands = (
	name: 'vault-0.8.2.json' | 'vault-1.8.json',
): RecordedCommand[] => JSON.parse(readTranscriptFixture(name));

/** The refusal of the server that a recorded command reported. */
export function getRecordedRefusal({ title, stderr }: RecordedCommand): {
	status: number;
	words: string;
} {
	const found = /Code: (\d{3})\. Errors:\s*\* ([\s\S]*?)\s*$/.exec(stderr);
	if (found === null) throw new Error(`${title} was not refused by the server`);
	return { status: Number(found[1]), words: found[2] ?? '' };
}
