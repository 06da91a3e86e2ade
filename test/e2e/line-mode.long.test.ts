import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { answerUntil, expectNoSecretInLineMode, QUIT_PROMPT } from './helpers/line-mode-answers.ts';
import { startLineModeInTerminal } from './helpers/line-mode-process.ts';
import { normalizeTranscript, readRecordedTranscript } from './helpers/line-mode-transcript.ts';
import { createPracticeHome } from './helpers/run-wizard.ts';
import { watchFiles } from './helpers/watch-files.ts';

it('installs and rekeys in line mode with the recorded output', async () => {
	const home = createPracticeHome();
	const cwd = createTemporaryDirectory();
	const TMPDIR = join(home, 'tmp');
	mkdirSync(TMPDIR);
	const temporary = watchFiles(TMPDIR);
	const env = { TMPDIR, XDG_RUNTIME_DIR: '' };
	// Shares are shown only on terminals that can be cleared.
	await using talk = await startLineModeInTerminal({
		home,
		cwd,
		env,
		term: 'xterm',
		argv: ['--lines'],
	});
	const notes = new Map<string, string>();
	await answerUntil(talk, QUIT_PROMPT, notes);
	expect(notes.size).toBe(3);
	await expectNoSecretInLineMode(talk, notes, { home, temporary });
	const transcript = normalizeTranscript(talk.transcript(), home);
	for (const share of notes.values()) expect(transcript).not.toContain(share.slice(0, 8));
	expect(transcript).toBe(readRecordedTranscript(transcript));
});
