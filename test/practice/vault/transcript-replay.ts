import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One recorded command. */
export interface TranscriptEntry {
	title: string;
	argv: string[];
	exit: number;
	stdout: string;
	stderr: string;
}

export type PrintedOutput = Pick<TranscriptEntry, 'exit' | 'stdout' | 'stderr'>;

export const TRANSCRIPTS = new URL('../../fixtures/vault-transcripts/', import.meta.url);

export function readTranscript(file: string): TranscriptEntry[] {
	return JSON.parse(readFileSync(new URL(file, TRANSCRIPTS), 'utf8')) as TranscriptEntry[];
}

/** Runs a command with this standard input, which is not a terminal. */
export function runWithInput(
	argv: readonly string[],
	options: { env: NodeJS.ProcessEnv; cwd: string; input: string },
): Promise<PrintedOutput> {
	return new Promise((resolve, reject) => {
		const [command = '', ...args] = argv;
		const child = spawn(command, args, { env: options.env, cwd: options.cwd });
		let stdout = '';
		let stderr = '';
		child.stdout.on('data', (chunk: Buffer) => {
			stdout += chunk.toString();
		});
		child.stderr.on('data', (chunk: Buffer) => {
			stderr += chunk.toString();
		});
		// It may exit without reading its input.
		child.stdin.on('error', () => {});
		child.stdin.end(options.input);
		child.once('error', reject);
		child.once('close', (code) => resolve({ exit: code ?? -1, stdout, stderr }));
	});
}

/** Values that differ between runs, with their placeholders. */
const RANDOM: readonly (readonly [RegExp, string])[] = [
	[/\b(?!0{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID'],
	[/\b(hvs|s)\.[A-Za-z0-9]{24}\b/g, 'TOKEN'],
	[/(?<![A-Za-z0-9+/])[0-9a-f]{64,}(?![A-Za-z0-9+/=])/g, 'HEX'],
	[/(?<![A-Za-z0-9+/])(?![0-9a-f]{40}(?![A-Za-z0-9+/]))[A-Za-z0-9+/]{43,}={0,2}/g, 'BASE64'],
	[/\bvault-cluster-[0-9a-f]{8}\b/g, 'CLUSTER'],
	[/\b127\.0\.0\.1:\d+\b/g, 'ADDRESS'],
];

/** Values that differ between PGP keys. */
export const KEY_PATTERNS: readonly (readonly [RegExp, string])[] = [
	[/\b[0-9a-f]{40}\b/g, 'FINGERPRINT'],
	[/\bkey id [0-9a-f]{1,16}\b/g, 'key id ID'],
];

export function normaliseOutput(
	{ exit, stdout, stderr }: PrintedOutput,
	more: readonly (readonly [RegExp, string])[] = [],
): PrintedOutput {
	const plain = (text: string) =>
		[...RANDOM, ...more].reduce(
			(left, [pattern, name]) => left.replaceAll(pattern, () => name),
			text,
		);
	return { exit, stdout: plain(stdout), stderr: plain(stderr) };
}

/** Maps nonces and keys of the recording to those of this run. */
export class TranscriptValues {
	readonly #actual = new Map<string, string>();

	learn(before: string, now: string): void {
		for (const [pattern, name] of RANDOM) {
			if (!['UUID', 'BASE64'].includes(name)) continue;
			const old = before.match(pattern) ?? [];
			const fresh = now.match(pattern) ?? [];
			if (old.length !== fresh.length) continue;
			for (const [index, one] of old.entries()) {
				if (!this.#actual.has(one)) this.#actual.set(one, fresh[index] ?? one);
			}
		}
	}

	fill(word: string): string {
		let filled = word;
		for (const [old, fresh] of this.#actual) filled = filled.replaceAll(old, () => fresh);
		return filled;
	}
}
