import type { TestTerminal } from './terminal.ts';
import { acceptSuggestion, getQuestionTitle, pressAndWait } from './wizard-terminal.ts';

/** What fingers do on one question, up to and with the key that takes the value. */
export type KeyboardAction = (terminal: TestTerminal) => Promise<unknown>;

/** Takes what stands there. */
export const acceptValue: KeyboardAction = acceptSuggestion;

/** Retypes what stands in the field. */
export const typeValue =
	(text: string): KeyboardAction =>
	async (terminal) => {
		const title = getQuestionTitle(terminal.screen());
		await terminal.press('ctrlU');
		await terminal.type(text);
		await terminal.waitFor(text.slice(-12));
		await terminal.press('enter');
		await terminal.waitFor((screen) => getQuestionTitle(screen) !== title, {
			what: `what follows on ${title}`,
		});
	};

/** To an answer given before, from anywhere. */
export const goToAnswer =
	(label: string): KeyboardAction =>
	async (terminal) => {
		await terminal.press('g');
		await terminal.waitFor('Go to an answer');
		await searchAndSelect(label)(terminal);
		await terminal.waitFor((screen) => getQuestionTitle(screen) === label, {
			what: `question ${label}`,
		});
	};

/** Moves to the choice that is called so, and takes it. */
export const selectOption =
	(label: string): KeyboardAction =>
	async (terminal) => {
		await moveToOption(terminal, label);
		await pressAndWait(terminal, 'enter');
	};

/** The same for one that comes with a warning. */
export const selectOptionDespiteWarning =
	(label: string): KeyboardAction =>
	async (terminal) => {
		await selectOption(label)(terminal);
		await terminal.waitFor('Choose another');
		await selectOption('Continue anyway')(terminal);
	};

/** Finds by letters in a list that was looked up, and takes what is found. */
export const searchAndSelect =
	(text: string): KeyboardAction =>
	async (terminal) => {
		await search(terminal, text);
		await pressAndWait(terminal, 'enter');
	};

/** Ticks several of what was looked up. */
export const selectSeveral =
	(...texts: string[]): KeyboardAction =>
	async (terminal) => {
		for (const text of texts) {
			await search(terminal, text);
			await pressAndWait(terminal, 'space');
			await pressAndWait(terminal, 'escape');
		}
		await pressAndWait(terminal, 'enter');
	};

/** Takes all items of a list away and types others. */
export const replaceItems =
	(before: number, ...items: string[]): KeyboardAction =>
	async (terminal) => {
		for (let item = 0; item < before; item++) await terminal.press('up', 'ctrlU');
		for (const item of items) {
			await terminal.type(item);
			await pressAndWait(terminal, 'enter');
		}
		await pressAndWait(terminal, 'enter');
	};

/** Types several lines. */
export const typeLines =
	(...lines: string[]): KeyboardAction =>
	async (terminal) => {
		for (const [at, line] of lines.entries()) {
			if (at > 0) await terminal.press('enter');
			await terminal.type(line);
		}
		await pressAndWait(terminal, 'ctrlD');
	};

export const runInOrder =
	(...deeds: KeyboardAction[]): KeyboardAction =>
	async (terminal) => {
		for (const deed of deeds) {
			await deed(terminal);
			await terminal.settled();
		}
	};

async function search(terminal: TestTerminal, text: string): Promise<void> {
	await pressAndWait(terminal, '/');
	await terminal.type(text);
	await terminal.waitFor((screen) => screen.some((line) => line.includes(`search: ${text}`)), {
		what: `what is found for ${text}`,
	});
}

/** One key at a time, each after the last one was seen to move the pointer. */
async function moveToOption(terminal: TestTerminal, label: string): Promise<void> {
	const pointed = (screen: readonly string[]) => screen.findIndex((line) => line.includes('❯ '));
	for (;;) {
		const screen = terminal.screen();
		const at = pointed(screen);
		const wanted = screen.findIndex((line) =>
			/[┃❯] +(?:❯ )?(.*)/.exec(line)?.[1]?.startsWith(label),
		);
		if (at < 0 || wanted < 0) throw new Error(`no choice "${label}":\n${screen.join('\n')}`);
		if (at === wanted) return;
		await terminal.press(wanted < at ? 'up' : 'down');
		await terminal.waitFor((next) => pointed(next) !== at, { what: `the way to ${label}` });
	}
}
