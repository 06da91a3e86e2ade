import { expect } from 'vitest';
import type { TestTerminal } from './terminal.ts';
import { pressAndWait } from './wizard-terminal.ts';

/** The passphrase of every ceremony in these tests. */
export const PASSPHRASE = 'four words of rope and sail';

/** A share as it stands there: groups of four, `/` and `+` among them. */
const SHARE_ROW = /^ *┃ {1,2}((?:[A-Za-z0-9+/]{4} *)+)$/;

/** What a screen of a ceremony waits for. */
export type CeremonyPrompt =
	| 'agree'
	| 'passphrase'
	| 'next-person'
	| 'hidden'
	| 'shown'
	| 'give'
	| 'elsewhere';

export function detectCeremonyPrompt(screen: readonly string[]): CeremonyPrompt {
	const text = screen.join('\n');
	if (!text.includes('Current unseal keys:')) return 'elsewhere';
	if (text.includes('⏎ confirm')) return 'agree';
	if (/Passphrase:/.test(text)) return 'passphrase';
	if (/^ *Visible for \d+ s/m.test(text)) return 'shown';
	if (/^ *Hidden/m.test(text)) return 'hidden';
	if (text.includes('is alone at the screen.')) return 'next-person';
	return /Whitespace is ignored/.test(text) ? 'give' : 'elsewhere';
}

/** All custodians of a ceremony, who read and type at one terminal in turn. */
export class Custodians {
	/** By name, what each has written down. */
	readonly notes = new Map<string, string>();

	/** Shares any part of which is in a text. */
	findShares(text: string): string[] {
		return [...this.notes.values()].filter((share) =>
			(share.match(/.{4}/g) ?? []).some((group) => text.includes(group)),
		);
	}

	/** Goes on, turn by turn, until `until` or until something else than a ceremony waits. */
	async answerPrompts(
		terminal: TestTerminal,
		until: (turn: CeremonyPrompt, screen: readonly string[]) => boolean,
	): Promise<void> {
		for (;;) {
			const screen = await this.#turn(terminal, until);
			const turn = detectCeremonyPrompt(screen);
			if (until(turn, screen)) return;
			await this.#take(terminal, turn, screen);
		}
	}

	/** Waits for somebody's turn. No frame on the way may show the shares of two. */
	async #turn(
		terminal: TestTerminal,
		until: (turn: CeremonyPrompt, screen: readonly string[]) => boolean,
	): Promise<readonly string[]> {
		for (;;) {
			const found = (one: readonly string[]) => {
				expect(this.findShares(one.join('\n')).length).toBeLessThan(2);
				const turn = detectCeremonyPrompt(one);
				return turn !== 'elsewhere' || until(turn, one);
			};
			await terminal.waitFor(found, { what: 'somebody’s turn' });
			const screen = await terminal.settled();
			if (found(screen)) return screen;
		}
	}

	async #take(
		terminal: TestTerminal,
		turn: CeremonyPrompt,
		screen: readonly string[],
	): Promise<void> {
		const text = screen.join(' ').replace(/\s+/g, ' ');
		const [, name = ''] = /Key share of ([\w-]+)/.exec(text) ?? [];
		switch (turn) {
			case 'agree': {
				// The word counts only behind all that is to be read.
				if (text.includes('more to read')) return void (await pressAndWait(terminal, 'pageDown'));
				const [, word = ''] = / type (\S+) and press Enter/.exec(text) ?? [];
				await terminal.type(word);
				break;
			}
			case 'passphrase':
				await terminal.type(PASSPHRASE);
				if (!text.includes('Repeat the passphrase:')) break;
				await pressAndWait(terminal, 'enter');
				await terminal.type(PASSPHRASE);
				break;
			case 'hidden':
				return void (await pressAndWait(terminal, 'space'));
			case 'shown': {
				const groups = screen.flatMap((line) => SHARE_ROW.exec(line)?.[1] ?? []);
				const share = groups.join('').replace(/\s/g, '');
				expect(share).toHaveLength(44);
				this.notes.set(name, share);
				break;
			}
			case 'give':
				await terminal.type(this.notes.get(name) ?? '');
				break;
		}
		const before = getPromptId(terminal.screen());
		await terminal.press('enter');
		await terminal.waitFor((next) => getPromptId(next) !== before, {
			what: `what follows on ${turn}`,
		});
	}
}

/** What tells one moment from the next; what is typed does not. */
const getPromptId = (screen: readonly string[]): string =>
	[
		detectCeremonyPrompt(screen),
		...screen.filter((line) => /Key holder \d|Key share of|^ ✗|To |●/.test(line)),
	].join('\n');
