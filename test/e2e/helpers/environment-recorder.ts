import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RecordedChild {
	program: string;
	/** Its arguments, with blanks between. */
	args: string;
	/** As it was started with: `NAME=VALUE`. */
	environment: string[];
}

/**
 * Programs of the same names, first on PATH, that note the environment they are started with and then
 * become the real ones. Reads /proc, so it is for Linux.
 */
export function recordEnvironments(programs: readonly string[]) {
	const folder = mkdtempSync(join(tmpdir(), 'environments-'));
	const bin = join(folder, 'bin');
	const notes = join(folder, 'notes');
	mkdirSync(bin);
	mkdirSync(notes, { mode: 0o777 });
	chmodSync(notes, 0o1777);
	const PATH = `${bin}:${process.env.PATH}`;
	/** A script that notes, then goes on with these lines. */
	const script = (name: string, lines: readonly string[]): string => {
		const path = join(bin, name);
		// Shells change what they hand on (PWD, _): the kernel's own copy is what was given.
		const note = [
			'#!/bin/sh',
			`printf '%s\\n' "$*" >'${notes}/${name}.'$$'.words'`,
			`/bin/cat /proc/$$/environ >'${notes}/${name}.'$$'.environment'`,
		];
		writeFileSync(path, `${[...note, ...lines].join('\n')}\n`, { mode: 0o755 });
		return path;
	};
	for (const name of programs) {
		const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
		script(name, [`exec ${real} "$@"`]);
	}
	return {
		PATH,
		script,
		/** All that were started so far. */
		children(): RecordedChild[] {
			return readdirSync(notes)
				.filter((name) => name.endsWith('.words'))
				.filter((name) => existsSync(join(notes, name.replace(/words$/, 'environment'))))
				.map((name) => ({
					program: name.replace(/\.\d+\.words$/, ''),
					args: readFileSync(join(notes, name), 'utf8').trim(),
					environment: readFileSync(join(notes, name.replace(/words$/, 'environment')), 'utf8')
						.split('\0')
						.filter((entry) => entry !== ''),
				}));
		},
		/** Forgets what was started so far. */
		clear(): void {
			for (const name of readdirSync(notes)) rmSync(join(notes, name));
		},
		end(): void {
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
