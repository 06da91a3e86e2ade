import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import {
	answerUntil,
	CONTROL_CHARACTERS,
	expectNoSecretInLineMode,
	QUIT_PROMPT,
	START_PROMPT,
} from './helpers/line-mode-answers.ts';
import { startLineModeInTerminal, startLineModeThroughPipes } from './helpers/line-mode-process.ts';
import {
	extractRekey,
	normalizeTranscript,
	readRecordedTranscript,
} from './helpers/line-mode-transcript.ts';
import { createPracticeHome } from './helpers/run-wizard.ts';
import { watchFiles } from './helpers/watch-files.ts';
import { createInstalledSessionWithoutKeys, REKEY_ARGUMENTS } from './helpers/wizard-rekey.ts';

// The wizard in line mode, as an operator with a screen reader uses it. A whole installation in one
// session is in guided-lines.long.test.ts.

it('completes a rekey with the recorded output and leaves no key or key share behind', async () => {
	const cwd = createTemporaryDirectory();
	const { home, cloud, session } = await createInstalledSessionWithoutKeys();
	const TMPDIR = join(home, 'tmp');
	mkdirSync(TMPDIR);
	const temporary = watchFiles(TMPDIR);
	const env = { TMPDIR, XDG_RUNTIME_DIR: '', TFE_WIZARD_LINES: '1' };
	try {
		// Shares are shown only on terminals that can be cleared.
		const terminal = { term: 'xterm', argv: REKEY_ARGUMENTS };
		await using talk = await startLineModeInTerminal({ home, cwd, env, ...terminal });
		const notes = new Map<string, string>();
		await answerUntil(talk, QUIT_PROMPT, notes);
		expect(notes.size).toBe(3);
		await expectNoSecretInLineMode(talk, notes, { home, temporary, s3: cloud.s3 });
		const transcript = normalizeTranscript(talk.transcript(), home);
		for (const share of notes.values()) expect(transcript).not.toContain(share.slice(0, 8));
		expect(extractRekey(transcript)).toBe(extractRekey(readRecordedTranscript()));
	} finally {
		temporary.stop();
		await session.stop();
		await cloud.stop();
	}
});

it('asks the recorded questions through pipes', async () => {
	const home = createPracticeHome();
	const cwd = createTemporaryDirectory();
	await using talk = await startLineModeThroughPipes({ home, cwd, argv: ['--lines'] });
	await answerUntil(talk, START_PROMPT);
	const questions = normalizeTranscript(talk.transcript(), home).split(START_PROMPT)[0] ?? '';
	expect(questions.length).toBeGreaterThan(3000);
	expect(readRecordedTranscript().split(START_PROMPT)[0]).toBe(questions);
	talk.typeLine('quit');
	expect(await talk.ended).toMatchObject({ code: 130 });
});

describe.each([
	['in a dumb terminal', startLineModeInTerminal, []],
	['through pipes', startLineModeThroughPipes, ['--lines']],
] as const)('line mode %s', (_, talkIn, argv) => {
	it('exits with status 130 on ctrl-c before a session and at a question', async () => {
		const home = createPracticeHome();
		const cwd = createTemporaryDirectory();
		for (const replies of [[], ['1', 'listening']]) {
			await using talk = await talkIn({ home, cwd, argv });
			await talk.waitForPrompt();
			for (const reply of replies) await talk.answer(reply);
			if (replies.length > 0) expect(talk.latestOutput()).toContain('Question 1 of');
			talk.interrupt();
			expect(await talk.ended).toMatchObject({ code: 130 });
			expect(talk.bytes()).not.toMatch(CONTROL_CHARACTERS);
		}
	});
});
