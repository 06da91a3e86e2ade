import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Line {
	file: string;
	number: number;
	text: string;
}

/** Every line of the program that is no comment. */
const lines: readonly Line[] = ['source', 'screens'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.tsx?$/.test(name))
		.flatMap((name) => {
			const file = join(folder, name);
			return readFileSync(join(root, file), 'utf8')
				.split('\n')
				.map((text, index) => ({ file, number: index + 1, text }))
				.filter(({ text }) => !/^\s*(\/\/|\/?\*)/.test(text));
		}),
);

/** Where the pattern stands, as `file:line`, outside the files that may have it. */
const found = (pattern: RegExp, allowed: Readonly<Record<string, string>>): string[] =>
	lines
		.filter(({ file, text }) => pattern.test(text) && !(file in allowed))
		.map(({ file, number, text }) => `${file}:${number}  ${text.trim()}`);

/** The files that write to the terminal, and why nothing unescaped passes through them. */
const writers: Readonly<Record<string, string>> = {
	'source/headless/output.ts': 'escapes all it writes',
	'source/headless/spoken/front-end.ts': 'writes what `wrapped` has escaped',
	'source/headless/spoken/shown-share.ts': 'a share, in base64 or hex, and an escaped name',
	'screens/parts/secret-screen.ts': 'a share, in base64 or hex, and control sequences of its own',
	'source/commands/run.ts': 'takes the first frame back, which is a control sequence',
	'source/end-process.ts': 'writes nothing, to learn when all before is written',
	'source/main.ts': 'help and the first frame, in words of the program',
	'source/old-node.ts': 'the version of Node, before anything else can be loaded',
	'source/engine/guide/ready-marks.ts': 'names of screens and counters, for tests alone',
	'source/practice/vault/output.ts': 'the emulated Vault: a program of its own, run over ssh',
	'source/practice/instance/program.ts': 'the practice instance: a program of its own',
	'source/practice/instance/sessions.ts': 'the practice instance: its side of an ssh channel',
};

describe('text reaches the terminal through the modules that escape it', () => {
	it('nothing else writes to a stream of the terminal', () => {
		const writing =
			/\b(?:std)?(?:out|err)\??\.(?:write|end)\(|\bstream\??\.write\(|writeSync\((?:1|2)\b|console\./;
		expect(found(writing, writers)).toEqual([]);
	});

	it('nothing else takes hold of the streams of the process', () => {
		const holding = /process\.std(?:out|err)\b(?!\??\.(?:isTTY|columns|rows)\b)/;
		expect(
			found(holding, {
				...writers,
				'source/commands/context.ts': 'hands them to the commands, which write with output.ts',
				'source/commands/drive.ts': 'listens for errors on them',
				'source/commands/remove-session.ts':
					'asks for the name of a session, which is checked before',
			}),
		).toEqual([]);
	});

	it('no child process writes to the terminal by itself', () => {
		const inheriting = /stdio:.*'inherit'|\.pipe\(process\.std/;
		expect(found(inheriting, { 'source/old-node.ts': 'the same program on another Node' })).toEqual(
			[],
		);
	});

	it('JSON is written for terminals by safeJson alone', () => {
		const json = /(?:\bout|\berr|stream)\b.*JSON\.stringify/;
		expect(found(json, {})).toEqual([]);
	});
});

describe('screens draw text in two files, which escape it', () => {
	const drawers = {
		'screens/parts/text.tsx': 'escapes',
		'screens/parts/text-field.tsx': 'escapes',
	};

	it('no other draws text', () => {
		expect(found(/<Text\b|\bText\b.*from 'ink'/, drawers)).toEqual([]);
	});

	it('no other measures, wraps or cuts it', () => {
		const packages = /from '(?:string-width|wrap-ansi|cli-truncate)'/;
		const allowed = { ...drawers, 'source/headless/spoken/wrap.ts': 'escapes' };
		expect(found(packages, allowed)).toEqual([]);
	});
});

it('every exception is still needed', () => {
	const files = new Set(lines.map(({ file }) => file));
	expect(Object.keys(writers).filter((file) => !files.has(file))).toEqual([]);
});
