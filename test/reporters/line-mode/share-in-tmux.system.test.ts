import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import {
	buildCeremonyProgram,
	ceremonyProgramPath,
	removeCeremonyProgram,
} from '../../screens/ceremony/ceremony-terminal.ts';
import { findShares } from '../../screens/ceremony/find-shares.ts';

const run = promisify(execFile);
const hasTmux = await run('tmux', ['-V']).then(
	() => true,
	() => false,
);

const folder = createTemporaryDirectory();
let server = 0;
/** Each test has its own server, because a server that is shutting down accepts no session. */
const tmux = async (...words: string[]) =>
	(await run('tmux', ['-S', join(folder, String(server)), '-f', '/dev/null', ...words])).stdout;

beforeAll(buildCeremonyProgram);
beforeEach(() => {
	server += 1;
});
afterEach(async () => {
	if (hasTmux) await tmux('kill-server').catch(() => {});
});
afterAll(() => {
	removeCeremonyProgram();
});

/** The screen and the scrollback. */
const everything = () => tmux('capture-pane', '-p', '-S', '-', '-t', 'room');

async function until(what: string, is: (text: string) => boolean): Promise<string> {
	let text = '';
	return waitFor(what, async () => {
		text = await everything();
		return is(text) && text;
	}).catch((error: Error) => {
		throw new Error(`${error.message} tmux shows:\n${text}`);
	});
}

it.runIf(hasTmux).each([
	['lines', 'Type show to display it once', ['show', 'Enter'], ['Enter'], '1'],
	['screens', 'Hidden. Press Space to show it', ['Space'], ['Enter'], ''],
] as const)(
	'a key share shown in %s is not in the scrollback of tmux without an alternate screen (requires tmux)',
	async (_, ask, show, agree, lines) => {
		const { execPath } = process;
		const command = ['env', `LINES=${lines}`, execPath, ceremonyProgramPath].map(
			(word) => `'${word}'`,
		);
		// The pane outlives the program, so that its remaining output can be checked.
		await tmux(
			...['new-session', '-d', '-s', 'room', '-x', '80', '-y', '24', `${command.join(' ')}; cat`],
			...[';', 'set-option', '-g', 'alternate-screen', 'off'],
		);
		const keys = (...names: readonly string[]) => tmux('send-keys', '-t', 'room', ...names);
		await until('the first key holder', (text) => text.includes('Key holder 1 of 2'));
		await keys('Enter');
		await until('the prompt to show it', (text) => text.includes(ask));
		await keys(...show);
		await until('the share', (text) => findShares(text).length === 1);
		// The alternate screen is off, so that a leaked share would be visible.
		expect(await tmux('display-message', '-p', '-t', 'room', '#{alternate_on}')).toBe('0\n');
		await keys(...agree);
		const text = await until('the next prompt', (shown) => shown.includes('Type the share back'));
		expect(findShares(text)).toEqual([]);
	},
);
