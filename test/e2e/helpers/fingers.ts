import { pressOn, takeIt, titleOf } from './guided.ts';
import type { TestTerminal } from './terminal.ts';

/** What fingers do on one question, up to and with the key that takes the value. */
export type Deed = (terminal: TestTerminal) => Promise<unknown>;

/** Takes what stands there. */
export const take: Deed = takeIt;

/** Retypes what stands in the field. */
export const type =
	(text: string): Deed =>
	async (terminal) => {
		const title = titleOf(terminal.screen());
		await terminal.press('ctrlU');
		await terminal.type(text);
		await terminal.waitFor(text.slice(-12));
		await terminal.press('enter');
		await terminal.waitFor((screen) => titleOf(screen) !== title, {
			what: `what follows on ${title}`,
		});
	};

/** To an answer given before, from anywhere. */
export const goTo =
	(label: string): Deed =>
	async (terminal) => {
		await terminal.press('g');
		await terminal.waitFor('Go to an answer');
		await find(label)(terminal);
		await terminal.waitFor((screen) => titleOf(screen) === label, { what: `question ${label}` });
	};

/** Moves to the choice that is called so, and takes it. */
export const choose =
	(label: string): Deed =>
	async (terminal) => {
		await moveTo(terminal, label);
		await pressOn(terminal, 'enter');
	};

/** The same for one that comes with a warning. */
export const chooseWarned =
	(label: string): Deed =>
	async (terminal) => {
		await choose(label)(terminal);
		await terminal.waitFor('Choose another');
		await choose('Continue anyway')(terminal);
	};

/** Finds by letters in a list that was looked up, and takes what is found. */
export const find =
	(text: string): Deed =>
	async (terminal) => {
		await narrow(terminal, text);
		await pressOn(terminal, 'enter');
	};

/** Ticks several of what was looked up. */
export const tick =
	(...texts: string[]): Deed =>
	async (terminal) => {
		for (const text of texts) {
			await narrow(terminal, text);
			await pressOn(terminal, 'space');
			await pressOn(terminal, 'escape');
		}
		await pressOn(terminal, 'enter');
	};

/** Takes all items of a list away and types others. */
export const retype =
	(before: number, ...items: string[]): Deed =>
	async (terminal) => {
		for (let item = 0; item < before; item++) await terminal.press('up', 'ctrlU');
		for (const item of items) {
			await terminal.type(item);
			await pressOn(terminal, 'enter');
		}
		await pressOn(terminal, 'enter');
	};

/** Types several lines. */
export const write =
	(...lines: string[]): Deed =>
	async (terminal) => {
		for (const [at, line] of lines.entries()) {
			if (at > 0) await terminal.press('enter');
			await terminal.type(line);
		}
		await pressOn(terminal, 'ctrlD');
	};

export const oneByOne =
	(...deeds: Deed[]): Deed =>
	async (terminal) => {
		for (const deed of deeds) {
			await deed(terminal);
			await terminal.settled();
		}
	};

async function narrow(terminal: TestTerminal, text: string): Promise<void> {
	await pressOn(terminal, '/');
	await terminal.type(text);
	await terminal.waitFor((screen) => screen.some((line) => line.includes(`search: ${text}`)), {
		what: `what is found for ${text}`,
	});
}

/** One key at a time, each after the last one was seen to move the pointer. */
async function moveTo(terminal: TestTerminal, label: string): Promise<void> {
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
