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

/** Every line of the program except comments. */
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

/** Matches of the pattern, as `file:line`, outside the allowed files. */
const found = (pattern: RegExp, allowed: Readonly<Record<string, string>>): string[] =>
	lines
		.filter(({ file, text }) => pattern.test(text) && !(file in allowed))
		.map(({ file, number, text }) => `${file}:${number}  ${text.trim()}`);

/** The files that write to the terminal, and why they write nothing unescaped. */
const writers: Readonly<Record<string, string>> = {
	'source/reporters/output.ts': 'escapes all it writes',
	'source/reporters/line-mode/line-mode.ts': 'writes what `wrapped` has escaped',
	'source/reporters/line-mode/render-ceremony.ts': 'a share, in base64 or hex, and an escaped name',
	'screens/parts/alternate-screen.ts': 'a share, in base64 or hex, and fixed control sequences',
	'source/commands/run-command-line.ts':
		'erases the first frame; passes the streams to the commands, which write with output.ts',
	'source/exit-process.ts': 'writes an empty text to wait for earlier output',
	'source/main.ts': 'help and the first frame, which are fixed text',
	'source/run-on-bundled-node.ts': 'the version of Node.js, before other modules can be loaded',
	'source/wizard/test-idle-reports.ts': 'screen names and counters, for tests only',
	'source/practice/vault/cli.ts': 'the emulated Vault, a separate program run over ssh',
	'source/practice/vault/emulated-vault.ts': 'the emulated Vault: fixed text',
	'source/practice/vault/server.ts': 'the emulated Vault: its own log',
	'source/practice/instance/practice-instance-cli.ts': 'the practice instance, a separate program',
	'source/practice/instance/ssh-server.ts': 'the practice instance: its side of an ssh channel',
};

describe('terminal output', () => {
	it('is written only by the listed files', () => {
		const writing =
			/\b(?:std)?(?:out|err)\??\.(?:write|end)\(|\bstream\??\.write\(|writeSync\((?:1|2)\b|console\./;
		expect(found(writing, writers)).toEqual([]);
	});

	it('streams of the process are used only by the listed files', () => {
		const holding = /process\.std(?:out|err)\b(?!\??\.(?:isTTY|columns|rows)\b)/;
		expect(
			found(holding, {
				...writers,
				'source/commands/interruptible-runs.ts': 'listens for errors on them',
				'source/commands/remove-session.ts': 'prompts for a session name that was validated before',
			}),
		).toEqual([]);
	});

	it('is not inherited by child processes', () => {
		const inheriting = /stdio:.*'inherit'|\.pipe\(process\.std/;
		expect(
			found(inheriting, { 'source/run-on-bundled-node.ts': 'the same program on another Node.js' }),
		).toEqual([]);
	});

	it('contains JSON only from safeJson', () => {
		const json = /(?:\bout|\berr|stream)\b.*JSON\.stringify/;
		expect(found(json, {})).toEqual([]);
	});
});

describe('screens', () => {
	const drawers = {
		'screens/parts/styled-text.tsx': 'escapes',
		'screens/parts/text-field.tsx': 'escapes',
	};

	it('draw text only in the two files that escape it', () => {
		expect(found(/<Text\b|\bText\b.*from 'ink'/, drawers)).toEqual([]);
	});

	it('measure, wrap and truncate text only in the files that escape it', () => {
		const packages = /from '(?:string-width|wrap-ansi|cli-truncate)'/;
		const allowed = { ...drawers, 'source/reporters/format.ts': 'escapes' };
		expect(found(packages, allowed)).toEqual([]);
	});
});

it('lists no file that no longer exists', () => {
	const files = new Set(lines.map(({ file }) => file));
	expect(Object.keys(writers).filter((file) => !files.has(file))).toEqual([]);
});
