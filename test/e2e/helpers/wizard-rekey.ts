import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { type Custodians, PASSPHRASE } from './custodians.ts';
import { expectNoKeyAnywhere } from './expect-no-key.ts';
import { expectNoSecretArguments } from './expect-no-secret-arguments.ts';
import { findSecret } from './find-secrets.ts';
import {
	createInstalledSession,
	type InstalledCloud,
	startInstalledCloud,
} from './installed-session.ts';
import { decryptOldKeyWithPassphrase } from './rekey-artifacts.ts';
import type { TestTerminal } from './terminal.ts';
import { createTerminalRecorder, type TerminalRecorder } from './terminal-recorder.ts';
import { detectScreenKind } from './wizard-terminal.ts';

/** The command that leads only the rekey of `installedForCustodians` in a terminal. */
export const REKEY_ARGUMENTS = ['rekey', '--session', 'practice'] as const;

/** An installed session whose custodians have no key of their own: each is shown a share. */
export async function createInstalledSessionWithoutKeys() {
	const home = createTemporaryDirectory();
	const cloud = await startInstalledCloud(home);
	const session = createInstalledSession(home, cloud, 'practice', removeCustodianKeys);
	return { home, cloud, session };
}

function removeCustodianKeys<
	T extends { rekey: { custodians: { people: Record<string, string> } } },
>(answers: T) {
	const { open_with: _command, ...custodians } = answers.rekey.custodians as Record<
		string,
		unknown
	>;
	const names = Object.keys(answers.rekey.custodians.people);
	const people = Object.fromEntries(names.map((name) => [name, '']));
	return { ...answers, rekey: { custodians: { ...custodians, people } } };
}

export const isDone = (screen: readonly string[]) => detectScreenKind(screen) === 'done';

/** From the first prompt to the last in one sitting, at the end of which Vault is opened again. */
export async function completeRekey(
	at: TerminalRecorder,
	argv: readonly string[],
	people: Custodians,
	lookAtEnd: (terminal: TestTerminal) => Promise<void> = async () => {},
): Promise<void> {
	await using terminal = await at.recorded(argv);
	await people.answerPrompts(terminal, (_, screen) => isDone(screen));
	await lookAtEnd(terminal);
	expect(people.findShares(terminal.history().join('\n'))).toEqual([]);
	terminal.kill9();
	await terminal.waitForExit();
}

/** Neither the key, nor a share, nor the passphrase is where it should not be. */
export async function expectNoSecret(
	at: TerminalRecorder,
	people: Custodians,
	{ home, s3 }: { home: string; s3: S3Client },
): Promise<void> {
	const folder = join(home, 'sessions/practice');
	const oldKey = await decryptOldKeyWithPassphrase(folder, PASSPHRASE);
	const shares = [...people.notes.values()].map((share) => Buffer.from(share, 'base64'));
	await expectNoKeyAnywhere({
		...{ home, folder, oldKey, shares, secrets: [PASSPHRASE], s3 },
		...{ bucket: 'tfe-tfe.practice.example-data', output: at.left() },
	});
	// It is typed unseen; shares were printed, where nothing stays.
	expect(findSecret(PASSPHRASE, at.printed())).toEqual([]);
	if (at.executions !== undefined)
		expectNoSecretArguments(
			at.executions,
			{ keys: [oldKey, ...shares] },
			{ lasting: [/^ssh .* -l tfe-admin /] },
		);
	// The watch sees what is there for a while.
	expect([...at.temporary.names].join('\n')).toMatch(/^tfe-ssh-\w+\/c$/m);
}

/** Vault was restarted, and the custodians' shares opened it. */
export function expectUnsealed(home: string): void {
	const events = readFileSync(join(home, 'sessions/practice/logs/events.jsonl'), 'utf8');
	const [restarted, opened] = ['Vault restarted', 'Vault unsealed by security-lead'].map((words) =>
		events.lastIndexOf(words),
	);
	expect(restarted).toBeGreaterThan(0);
	expect(opened).toBeGreaterThan(restarted ?? 0);
}

export { createTerminalRecorder, type InstalledCloud, type TerminalRecorder };
