import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { installedForCustodians, REKEY } from './helpers/guided-rekey.ts';
import { talkInTerminal, talkThroughPipes } from './helpers/lines.ts';
import { keptNarration, normalised, rekeyIn } from './helpers/narration.ts';
import {
	BEGIN,
	CONTROL,
	END,
	expectNothingSecretInLines,
	goThrough,
} from './helpers/typed-lines.ts';
import { watchFiles } from './helpers/watch-files.ts';
import { createPracticeHome } from './helpers/wizard.ts';

// The wizard in line mode, as an operator with a screen reader uses it. A whole installation in one
// session is in guided-lines.long.test.ts.

it('completes a rekey with the recorded output and leaves no key or key share behind', async () => {
	const cwd = createTemporaryDirectory();
	const { home, cloud, session } = await installedForCustodians();
	const TMPDIR = join(home, 'tmp');
	mkdirSync(TMPDIR);
	const temporary = watchFiles(TMPDIR);
	const env = { TMPDIR, XDG_RUNTIME_DIR: '', TFE_WIZARD_LINES: '1' };
	try {
		// Shares are shown only on terminals that can be cleared.
		const terminal = { term: 'xterm', argv: REKEY };
		await using talk = await talkInTerminal({ home, cwd, env, ...terminal });
		const notes = new Map<string, string>();
		await goThrough(talk, END, notes);
		expect(notes.size).toBe(3);
		await expectNothingSecretInLines(talk, notes, { home, temporary, s3: cloud.s3 });
		const narration = normalised(talk.text(), home);
		for (const share of notes.values()) expect(narration).not.toContain(share.slice(0, 8));
		expect(rekeyIn(narration)).toBe(rekeyIn(keptNarration()));
	} finally {
		temporary.stop();
		await session.stop();
		await cloud.stop();
	}
});

it('asks the recorded questions through pipes', async () => {
	const home = createPracticeHome();
	const cwd = createTemporaryDirectory();
	await using talk = await talkThroughPipes({ home, cwd, argv: ['--lines'] });
	await goThrough(talk, BEGIN);
	const questions = normalised(talk.text(), home).split(BEGIN)[0] ?? '';
	expect(questions.length).toBeGreaterThan(3000);
	expect(keptNarration().split(BEGIN)[0]).toBe(questions);
	talk.type('quit');
	expect(await talk.ended).toMatchObject({ code: 130 });
});

describe.each([
	['in a dumb terminal', talkInTerminal, []],
	['through pipes', talkThroughPipes, ['--lines']],
] as const)('line mode %s', (_, talkIn, argv) => {
	it('exits with status 130 on ctrl-c before a session and at a question', async () => {
		const home = createPracticeHome();
		const cwd = createTemporaryDirectory();
		for (const replies of [[], ['1', 'listening']]) {
			await using talk = await talkIn({ home, cwd, argv });
			await talk.asked();
			for (const reply of replies) await talk.say(reply);
			if (replies.length > 0) expect(talk.latest()).toContain('Question 1 of');
			talk.interrupt();
			expect(await talk.ended).toMatchObject({ code: 130 });
			expect(talk.bytes()).not.toMatch(CONTROL);
		}
	});
});
