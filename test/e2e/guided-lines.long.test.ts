import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { talkInTerminal } from './helpers/lines.ts';
import { keptNarration, normalised } from './helpers/narration.ts';
import { END, expectNothingSecretInLines, goThrough } from './helpers/typed-lines.ts';
import { watchFiles } from './helpers/watch-files.ts';
import { createPracticeHome } from './helpers/wizard.ts';

it('installs and rekeys in line mode with the recorded output', async () => {
	const home = createPracticeHome();
	const cwd = createTemporaryDirectory();
	const TMPDIR = join(home, 'tmp');
	mkdirSync(TMPDIR);
	const temporary = watchFiles(TMPDIR);
	const env = { TMPDIR, XDG_RUNTIME_DIR: '' };
	// Shares are shown only on terminals that can be cleared.
	await using talk = await talkInTerminal({ home, cwd, env, term: 'xterm', argv: ['--lines'] });
	const notes = new Map<string, string>();
	await goThrough(talk, END, notes);
	expect(notes.size).toBe(3);
	await expectNothingSecretInLines(talk, notes, { home, temporary });
	const narration = normalised(talk.text(), home);
	for (const share of notes.values()) expect(narration).not.toContain(share.slice(0, 8));
	expect(narration).toBe(keptNarration(narration));
});
