import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PASSPHRASE } from './helpers/custodians.ts';
import {
	CONTROL_SEQUENCES,
	type Conversation,
	talkInTerminal,
	talkThroughPipes,
} from './helpers/lines.ts';
import { keptNarration, normalised } from './helpers/narration.ts';
import { cloudOf, expectNoKeyAnywhere } from './helpers/no-key.ts';
import { oldKeyBy } from './helpers/rekeyed.ts';
import { watchFiles } from './helpers/watch-files.ts';
import { freshHome, wizard } from './helpers/wizard.ts';

// The whole practice installation by typed lines, as somebody who listens goes through it.

/** Any byte a terminal would take for more than text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]/;

/** From the alternate screen back to the main one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const SHOWN = /\x1b\[\?1049h[\s\S]*?\x1b\[\?1049l/g;

const homes: string[] = [];
afterAll(async () => {
	for (const home of homes) {
		// One that was left in the middle keeps its cloud; where there is none, nothing happens.
		await wizard(['practice', '--stop', '--home', home]);
		rmSync(home, { recursive: true, force: true });
	}
});

function places() {
	const home = freshHome();
	const cwd = mkdtempSync(join(tmpdir(), 'tfe-wizard-lines-'));
	homes.push(home, cwd);
	return { home, cwd };
}

/** What somebody would type to what was said, taking what is suggested. */
function replyTo(said: string): string {
	if (said.includes('Practise on this machine')) return '2';
	if (said.includes('Type begin to begin')) return 'begin';
	if (said.includes('Type yes to take ')) return 'yes';
	return said.includes('nothing before you type apply') ? 'apply' : '';
}

/** Goes on until `last` is said; a look-up is waited for, as it has something to say. */
async function goThrough(
	talk: Conversation,
	last: string,
	notes = new Map<string, string>(),
): Promise<void> {
	let said = await talk.asked();
	for (let turn = 0; turn < 200; turn += 1) {
		while (/Looking up/.test(said) && !/Looked up|Could not look up/.test(said))
			said = await talk.more();
		if (said.includes(last)) return;
		// Between two moments of a ceremony it may be ready to listen before it has more to say.
		while (/^\s*> $/.test(said)) said = await talk.more();
		said = await (inCeremony(talk, said, notes) ?? talk.say(replyTo(said)));
	}
	throw new Error(`it goes round in circles; it said:\n${talk.text()}`);
}

/** What custodians do who take turns at one terminal; undefined where it is nobody's turn. */
function inCeremony(
	talk: Conversation,
	said: string,
	notes: Map<string, string>,
): Promise<string> | undefined {
	const word = /^To .+, type: (\S+)$/m.exec(said)?.[1];
	if (word !== undefined) return talk.say(word);
	if (said.includes('Type show to see it once')) return talk.say('show');
	const [, name = ''] = /The share of ([\w-]+)/.exec(said) ?? [];
	const groups = [...said.matchAll(/^ *\d+: (\S{4})$/gm)].map(([, group = '']) => group);
	if (groups.length > 0) {
		expect(groups).toHaveLength(11);
		notes.set(name, groups.join(''));
		return undefined;
	}
	if (!/what you type is not shown|Once more, to be sure/.test(said)) return undefined;
	return talk.sayUnseen(notes.get(name) ?? PASSPHRASE);
}

const BEGIN = 'Type begin to begin';

it('goes from welcome to done, and says what it always says', async () => {
	const { home, cwd } = places();
	const TMPDIR = join(home, 'tmp');
	mkdirSync(TMPDIR);
	const temporary = watchFiles(TMPDIR);
	// One that can be cleared: on others no share is shown.
	const terminal = { term: 'xterm', argv: ['--lines'] };
	await using talk = await talkInTerminal({
		home,
		cwd,
		env: { TMPDIR, XDG_RUNTIME_DIR: '' },
		...terminal,
	});
	const notes = new Map<string, string>();
	await goThrough(talk, 'Enter leaves', notes);
	expect(notes.size).toBe(3);
	temporary.stop();
	expect([...temporary.names].join('\n')).toMatch(/^tfe-ssh-\w+\/c$/m);
	const folder = join(home, 'sessions/practice');
	await expectNoKeyAnywhere({
		...{ home, folder, oldKey: await oldKeyBy(folder, PASSPHRASE), secrets: [PASSPHRASE] },
		...{ s3: cloudOf(folder), bucket: 'tfe-tfe.practice.example-data' },
		shares: [...notes.values()].map((share) => Buffer.from(share, 'base64')),
		// A share is in it, by design, in numbered groups of four characters on a screen of its own, for
		// who asked for it, and in no other form. What is typed is not.
		said: [{ where: 'what was printed', bytes: Buffer.from(talk.bytes()) }, ...temporary.seen()],
	});
	talk.type('');
	expect(await talk.ended).toMatchObject({ code: 0, signal: undefined });
	// But for the shares, which are taken off the terminal again, it can be read in any terminal.
	const shares = [...talk.bytes().matchAll(SHOWN)];
	expect(shares).toHaveLength(3);
	expect(talk.bytes().replace(SHOWN, '')).not.toMatch(CONTROL);
	for (const [shown] of shares) expect(shown.replace(CONTROL_SEQUENCES, '')).not.toMatch(CONTROL);
	for (const told of [
		'the old key is Vault’s: proven by a dry run, which was cancelled',
		'proven: security-lead, head-of-operations',
		'made /data/vault-unseal-key removed',
		'Vault is opened by 2 of 3 custodians; backed up since',
	])
		expect(talk.text()).toContain(`Rekey: ${told}`);
	const narration = normalised(talk.text(), home);
	for (const share of notes.values()) expect(narration).not.toContain(share.slice(0, 8));
	expect(narration).toBe(keptNarration(narration));
});

it('says the same through pipes, as far as the questions go', async () => {
	const { home, cwd } = places();
	await using talk = await talkThroughPipes({ home, cwd, argv: ['--lines'] });
	await goThrough(talk, BEGIN);
	const questions = normalised(talk.text(), home).split(BEGIN)[0] ?? '';
	expect(questions.length).toBeGreaterThan(3000);
	expect(keptNarration().split(BEGIN)[0]).toBe(questions);
	talk.type('leave');
	expect(await talk.ended).toMatchObject({ code: 130 });
});

describe.each([
	['in a terminal that can do nothing but print', talkInTerminal, []],
	['through pipes', talkThroughPipes, ['--lines']],
] as const)('line by line, %s', (_, talkIn, argv) => {
	it('ends 130 at ctrl-c, before a session and at a question', async () => {
		const { home, cwd } = places();
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
