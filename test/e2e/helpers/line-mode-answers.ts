import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { PASSPHRASE } from './custodians.ts';
import { createSessionS3Client, expectNoKeyAnywhere } from './expect-no-key.ts';
import { CONTROL_SEQUENCES, type LineModeProcess } from './line-mode-process.ts';
import { decryptOldKeyWithPassphrase } from './rekey-artifacts.ts';
import type { watchFiles } from './watch-files.ts';

/** Any byte a terminal would take for more than text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
export const CONTROL_CHARACTERS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]/;

/** From the alternate screen back to the main one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const ALTERNATE_SCREEN = /\x1b\[\?1049h[\s\S]*?\x1b\[\?1049l/g;

/** Printed before the first change, where a word has to be typed. */
export const START_PROMPT = 'Type start to start';
/** Printed by the last prompt of a run that has ended well. */
export const QUIT_PROMPT = 'Press Enter to quit';

/** What somebody would type to what was said, taking what is suggested. */
function getReply(said: string): string {
	if (said.includes('Try it locally (practice mode)')) return '2';
	if (said.includes(START_PROMPT)) return 'start';
	if (said.includes('Type yes to select ')) return 'yes';
	return said.includes('until you type apply') ? 'apply' : '';
}

/** Goes on until `last` is said; a look-up is waited for, as it has something to say. */
export async function answerUntil(
	talk: LineModeProcess,
	last: string,
	notes = new Map<string, string>(),
): Promise<void> {
	let said = await talk.waitForPrompt();
	for (let turn = 0; turn < 200; turn += 1) {
		while (/Looking up/.test(said) && !/Looked up|Could not look up/.test(said))
			said = await talk.waitForMoreOutput();
		if (said.includes(last)) return;
		// Between two moments of a ceremony it may be ready to listen before it has more to say.
		while (/^\s*> $/.test(said)) said = await talk.waitForMoreOutput();
		said = await (answerCeremonyPrompt(talk, said, notes) ?? talk.answer(getReply(said)));
	}
	throw new Error(`it goes round in circles; it said:\n${talk.transcript()}`);
}

/** What custodians do who take turns at one terminal; undefined where it is nobody's turn. */
function answerCeremonyPrompt(
	talk: LineModeProcess,
	said: string,
	notes: Map<string, string>,
): Promise<string> | undefined {
	const word = /^To .+, type: (\S+)$/m.exec(said)?.[1];
	if (word !== undefined) return talk.answer(word);
	if (said.includes('Type show to display it once')) return talk.answer('show');
	const [, name = ''] = /Key share of ([\w-]+)/.exec(said) ?? [];
	const groups = [...said.matchAll(/^ *\d+: (\S{4})$/gm)].map(([, group = '']) => group);
	if (groups.length > 0) {
		expect(groups).toHaveLength(11);
		notes.set(name, groups.join(''));
		return undefined;
	}
	if (!/input is hidden|Type it again to confirm/.test(said)) return undefined;
	return talk.answerHidden(notes.get(name) ?? PASSPHRASE);
}

/**
 * Looks for the keys and shares of a rekey in the wizard by typed lines everywhere, then ends it.
 * But for the shares, which are taken off the terminal again, it can be read in any terminal.
 */
export async function expectNoSecretInLineMode(
	talk: LineModeProcess,
	notes: ReadonlyMap<string, string>,
	{ home, temporary, s3 }: LineModeFiles,
): Promise<void> {
	temporary.stop();
	expect([...temporary.names].join('\n')).toMatch(/^tfe-ssh-\w+\/c$/m);
	const folder = join(home, 'sessions/practice');
	await expectNoKeyAnywhere({
		...{
			home,
			folder,
			oldKey: await decryptOldKeyWithPassphrase(folder, PASSPHRASE),
			secrets: [PASSPHRASE],
		},
		...{ s3: s3 ?? createSessionS3Client(folder), bucket: 'tfe-tfe.practice.example-data' },
		shares: [...notes.values()].map((share) => Buffer.from(share, 'base64')),
		// A share is in it, by design, in numbered groups of four characters on a screen of its own, for
		// who asked for it, and in no other form. What is typed is not.
		output: [{ where: 'what was printed', bytes: Buffer.from(talk.bytes()) }, ...temporary.seen()],
	});
	talk.typeLine('');
	expect(await talk.ended).toMatchObject({ code: 0, signal: undefined });
	const shares = [...talk.bytes().matchAll(ALTERNATE_SCREEN)];
	expect(shares).toHaveLength(3);
	expect(talk.bytes().replace(ALTERNATE_SCREEN, '')).not.toMatch(CONTROL_CHARACTERS);
	for (const [shown] of shares)
		expect(shown.replace(CONTROL_SEQUENCES, '')).not.toMatch(CONTROL_CHARACTERS);
	for (const told of [
		'current unseal key verified by a dry run',
		'verified key shares of security-lead, head-of-operations',
		'/data/vault-unseal-key removed',
		'Vault is unsealed by 2 of 3 key shares; backup',
	])
		expect(talk.transcript()).toContain(`Rekey: ${told}`);
}

/** Where a rekey by typed lines leaves files; without `s3`, the session has a cloud of its own. */
export interface LineModeFiles {
	home: string;
	temporary: ReturnType<typeof watchFiles>;
	s3?: S3Client;
}
