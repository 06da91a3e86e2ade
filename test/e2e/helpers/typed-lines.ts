import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { PASSPHRASE } from './custodians.ts';
import { CONTROL_SEQUENCES, type Conversation } from './lines.ts';
import { cloudOf, expectNoKeyAnywhere } from './no-key.ts';
import { oldKeyBy } from './rekeyed.ts';
import type { watchFiles } from './watch-files.ts';

/** Any byte a terminal would take for more than text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
export const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]/;

/** From the alternate screen back to the main one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const SHOWN = /\x1b\[\?1049h[\s\S]*?\x1b\[\?1049l/g;

/** Printed before the first change, where a word has to be typed. */
export const BEGIN = 'Type start to start';
/** Printed by the last prompt of a run that has ended well. */
export const END = 'Press Enter to quit';

/** What somebody would type to what was said, taking what is suggested. */
function replyTo(said: string): string {
	if (said.includes('Try it locally (practice mode)')) return '2';
	if (said.includes(BEGIN)) return 'start';
	if (said.includes('Type yes to select ')) return 'yes';
	return said.includes('until you type apply') ? 'apply' : '';
}

/** Goes on until `last` is said; a look-up is waited for, as it has something to say. */
export async function goThrough(
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
	if (said.includes('Type show to display it once')) return talk.say('show');
	const [, name = ''] = /Key share of ([\w-]+)/.exec(said) ?? [];
	const groups = [...said.matchAll(/^ *\d+: (\S{4})$/gm)].map(([, group = '']) => group);
	if (groups.length > 0) {
		expect(groups).toHaveLength(11);
		notes.set(name, groups.join(''));
		return undefined;
	}
	if (!/input is hidden|Type it again to confirm/.test(said)) return undefined;
	return talk.sayUnseen(notes.get(name) ?? PASSPHRASE);
}

/**
 * Looks for the keys and shares of a rekey in the wizard by typed lines everywhere, then ends it.
 * But for the shares, which are taken off the terminal again, it can be read in any terminal.
 */
export async function expectNothingSecretInLines(
	talk: Conversation,
	notes: ReadonlyMap<string, string>,
	{ home, temporary, s3 }: Place,
): Promise<void> {
	temporary.stop();
	expect([...temporary.names].join('\n')).toMatch(/^tfe-ssh-\w+\/c$/m);
	const folder = join(home, 'sessions/practice');
	await expectNoKeyAnywhere({
		...{ home, folder, oldKey: await oldKeyBy(folder, PASSPHRASE), secrets: [PASSPHRASE] },
		...{ s3: s3 ?? cloudOf(folder), bucket: 'tfe-tfe.practice.example-data' },
		shares: [...notes.values()].map((share) => Buffer.from(share, 'base64')),
		// A share is in it, by design, in numbered groups of four characters on a screen of its own, for
		// who asked for it, and in no other form. What is typed is not.
		said: [{ where: 'what was printed', bytes: Buffer.from(talk.bytes()) }, ...temporary.seen()],
	});
	talk.type('');
	expect(await talk.ended).toMatchObject({ code: 0, signal: undefined });
	const shares = [...talk.bytes().matchAll(SHOWN)];
	expect(shares).toHaveLength(3);
	expect(talk.bytes().replace(SHOWN, '')).not.toMatch(CONTROL);
	for (const [shown] of shares) expect(shown.replace(CONTROL_SEQUENCES, '')).not.toMatch(CONTROL);
	for (const told of [
		'current unseal key verified by a dry run',
		'verified key shares of security-lead, head-of-operations',
		'/data/vault-unseal-key removed',
		'Vault is unsealed by 2 of 3 key shares; backup',
	])
		expect(talk.text()).toContain(`Rekey: ${told}`);
}

/** Where a rekey by typed lines leaves files; without `s3`, the session has a cloud of its own. */
export interface Place {
	home: string;
	temporary: ReturnType<typeof watchFiles>;
	s3?: S3Client;
}
