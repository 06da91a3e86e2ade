import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type {
	VaultCommandResult,
	VaultCommandRunner,
} from '../../source/vault/run-vault-command.ts';

const folder = fileURLToPath(new URL('../fixtures/vault-transcripts/', import.meta.url));

export interface VaultTranscriptEntry {
	title: string;
	argv: readonly string[];
	exit: number;
	stdout: string;
	stderr: string;
}

export const readTranscriptFixture = (name: string) =>
	readFileSync(`${folder}${name}`, 'utf8').trim();

export interface Transcript {
	entry(title: string): VaultTranscriptEntry;
	/** Answers with the entries of these titles, by argument list; equal lists in this order. */
	runner(...titles: readonly (string | { status: string; from: string })[]): ReplayRunner;
	/** The output of the entry, as a result. */
	result(title: string): VaultCommandResult;
	titles: readonly string[];
	used: ReadonlySet<string>;
}

export interface ReplayRunner extends VaultCommandRunner {
	/** Every argument list that was run, with files replaced by their contents. */
	readonly ran: readonly (readonly string[])[];
	/** Data received on standard input, in hex as written. */
	readonly given: readonly string[];
	/** Files that still exist. */
	readonly files: ReadonlyMap<string, string>;
}

/** Recorded output of a real Vault, for replay. */
export function loadTranscript(name: 'vault-0.8.2.json' | 'vault-1.8.json'): Transcript {
	const entries: VaultTranscriptEntry[] = JSON.parse(readTranscriptFixture(name));
	const used = new Set<string>();
	const keys = new Map(
		['alice', 'bob', 'carol', 'signonly'].map((who) => [
			readTranscriptFixture(`${who}.b64`),
			`${who}.b64`,
		]),
	);
	const entry = (title: string): VaultTranscriptEntry => {
		const found = entries.find((it) => it.title === title);
		if (found === undefined) throw new Error(`no entry ${title}`);
		used.add(title);
		return found;
	};
	const resultOf = ({ exit, stdout, stderr }: VaultTranscriptEntry): VaultCommandResult => ({
		exitCode: exit,
		stdout: Buffer.from(stdout),
		stderr,
	});

	return {
		entry,
		titles: entries.map(({ title }) => title),
		used,
		result: (title) => resultOf(entry(title)),
		runner(...titles) {
			const waiting = titles.map((title) => {
				if (typeof title === 'string') return { argv: entry(title).argv, entry: entry(title) };
				return { argv: title.status.split(' '), entry: entry(title.from) };
			});
			const files = new Map<string, string>();
			const ran: string[][] = [];
			const given: string[] = [];

			const answer = (argv: readonly string[]): VaultCommandResult => {
				const asked = argv.join(' ');
				const index = waiting.findIndex((it) => it.argv.join(' ') === asked);
				const [found] = index === -1 ? [] : waiting.splice(index, 1);
				if (found === undefined) throw new Error(`not in the transcript: ${asked}`);
				return resultOf(found.entry);
			};
			/** As recorded: without `env`, files by name, and cancel without its nonce. */
			const recorded = (argv: readonly string[]): string[] => {
				const words = argv.slice(argv.indexOf('vault'));
				return words
					.filter((word) => !words.includes('-cancel') || !word.startsWith('-nonce='))
					.map((word) =>
						word.replace(/(?<=^-pgp-keys=).*/, (paths) =>
							paths
								.split(',')
								.map((path) => keys.get(files.get(path) ?? '') ?? path)
								.join(','),
						),
					);
			};
			const replaying: ReplayRunner = {
				how: 'a transcript',
				ran,
				given,
				files,
				async run(argv, { stdin }) {
					if (stdin !== undefined) given.push(stdin.toString('latin1'));
					const [first, second = '', third = ''] = argv;
					const done = { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' };
					if (first === 'mktemp') return { ...done, stdout: Buffer.from('/tmp/tmp.a1B2c3\n') };
					if (first === 'tee') files.set(second, stdin?.toString() ?? '');
					if (first === 'rm')
						for (const path of files.keys()) path.startsWith(third) && files.delete(path);
					if (first === 'tee' || first === 'rm') return done;
					ran.push([...argv]);
					return answer(recorded(argv));
				},
				async runInTerminal(argv, { replies }) {
					ran.push([...argv]);
					const words = recorded(argv);
					const nonce = words.find((word) => word.startsWith('-nonce='))?.slice(7);
					const prompt = `Rekey operation nonce: ${nonce}\nKey (will be hidden): `;
					expect(replies.map((it) => it.prompt)).toEqual([prompt]);
					const typed = replies[0]?.reply.use((bytes) => bytes.toString('latin1')) ?? '';
					const key = Buffer.from(typed, 'hex').toString('base64');
					const kept = words.filter((word) => !/^-(key-|pgp-keys|backup)/.test(word));
					return answer([...kept, key]);
				},
				// A transcript is never truncated.
				apart: {
					run: (_, argv, options) => replaying.run(argv, options),
					async runInTerminal(_, argv, { reply, timeoutMs }) {
						const options = { replies: [reply], timeoutMs };
						const done = await replaying.runInTerminal?.(argv, options);
						return done ?? { exitCode: 1, stdout: Buffer.alloc(0), stderr: '' };
					},
					recall: async () => undefined,
					forget: async () => undefined,
				},
			};
			return replaying;
		},
	};
}
