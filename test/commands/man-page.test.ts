import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../../source/commands/command-table.ts';
import { getExitCodes } from '../../source/commands/help.ts';
import { formatManPage } from '../../source/commands/man-page.ts';

const path = fileURLToPath(new URL('../../docs/tfe-wizard.1', import.meta.url));
const { PATH, HOME } = process.env;
const env = {
	PATH,
	HOME,
	LC_ALL: 'C.UTF-8',
	MANWIDTH: '1000',
	MANPAGER: 'cat',
	MAN_KEEP_FORMATTING: '',
};

function run(program: string, ...args: string[]) {
	const { stdout, stderr, status } = spawnSync(program, args, { env, encoding: 'utf8' });
	// biome-ignore lint/suspicious/noControlCharactersInRegex: overstrikes and colors of groff
	return { text: stdout.replaceAll(/.\x08|\x1b\[[\d;]*m/g, ''), stderr, status };
}

const reasonToSkip = (program: string, ...args: string[]): string =>
	spawnSync(program, args, { env }).error === undefined
		? ''
		: `: skipped, because ${program} is not installed`;

function expectEverything(text: string): void {
	const words = text.replaceAll(/\s+/g, ' ');
	for (const { name, about, flags } of commands) {
		expect(words).toContain(`tfe-wizard ${name} `);
		expect(words).toContain(about);
		for (const flag of flags) expect(words).toContain(flag.help);
	}
	for (const [, meaning] of getExitCodes()) expect(words).toContain(meaning);
}

it('the manual page is listed in package.json', () => {
	const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
	expect(manifest.man).toEqual(['./docs/tfe-wizard.1']);
	expect(manifest.files).toContain('docs');
});

it('dashes of flags are minus signs, so that they can be pasted', () => {
	expect(formatManPage()).toContain('\\fB\\-h, \\-\\-help\\fR');
	expect(
		formatManPage()
			.split('\n')
			.filter((line) => /^[^.].*(?<!\\)-/.test(line)),
	).toEqual([]);
});

const man = reasonToSkip('man', '--version');
const groff = reasonToSkip('groff', '--version');
const mandoc = reasonToSkip('mandoc', '-V');

describe('the manual page', () => {
	it.skipIf(man !== '')(`is rendered completely by man${man}`, () => {
		const { text, stderr, status } = run('man', '-l', path);
		expect([status, stderr]).toEqual([0, '']);
		expectEverything(text);
	});

	it.skipIf(groff !== '')(`is rendered completely by groff, without warnings${groff}`, () => {
		const { text, stderr, status } = run('groff', '-man', '-Tutf8', '-ww', '-rLL=1000n', path);
		expect([status, stderr]).toEqual([0, '']);
		expectEverything(text);
	});

	it.skipIf(mandoc !== '')(`is rendered completely by mandoc, without errors${mandoc}`, () => {
		const { text, status } = run('mandoc', '-man', '-Tutf8', '-Owidth=1000', '-Werror', path);
		expect(status).toBe(0);
		expectEverything(text);
	});
});
