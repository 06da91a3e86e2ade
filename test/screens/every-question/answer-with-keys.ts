import type { QuestionKind } from '../../../source/engine/question.ts';
import type { QuestionScreen } from '../../../source/wizard/wizard-view-model.ts';
import type { RenderedScreen } from '../../helpers/render-screen.tsx';

type Fill = (screen: RenderedScreen, question: QuestionScreen, value: unknown) => Promise<void>;

const times = (count: number, key: string): string[] => Array.from({ length: count }, () => key);
const itemsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const typeLine: Fill = (screen, _, value) => screen.press('ctrlU', String(value), 'enter');

/** Searches for a value, as an operator does in a long list. */
const find = (screen: RenderedScreen, words: string) => screen.press('/', words, 'enter');

const choose: Fill = async (screen, { options }, value) => {
	const at = options.findIndex((option) => option.value === String(value));
	if (at < 0) throw new Error(`${value} is not a choice`);
	await screen.press('home', ...times(at, 'down'), 'enter');
	// A choice with a warning asks for confirmation, default No.
	if (options[at]?.warning !== undefined) await screen.press('down', 'enter');
};

const fillText: Fill = async (screen, question, value) => {
	if (question.lookup?.state === 'found') return find(screen, String(value));
	if (question.lookup?.state === 'looking') await screen.press('end', 'enter');
	return typeLine(screen, question, value);
};

const fillList: Fill = async (screen, question, value) => {
	if (question.lookup?.state === 'found') {
		for (const item of itemsIn(value)) await screen.press('/', item, 'space', 'escape');
		return screen.press('enter');
	}
	if (question.lookup?.state === 'looking') await screen.press('end', 'enter');
	for (const _ of itemsIn(question.value)) await screen.press('up', 'ctrlU');
	for (const item of itemsIn(value)) await screen.press(item, 'enter');
	return screen.press('enter');
};

const fillMap: Fill = async (screen, _, value) => {
	const lines = Object.entries(value as object).map(
		([name, item]) => `${name} = ${typeof item === 'string' ? item : JSON.stringify(item)}`,
	);
	await screen.paste(lines.join('\n'));
	await screen.press('ctrlD');
};

const fillSecret: Fill = async (screen, _, value) => {
	const [form = '', named] = Object.entries(value as object)[0] ?? [];
	const at = ['generate', 'env', 'file', 'command'].indexOf(form);
	await screen.press('home', ...times(at, 'down'), 'enter');
	if (form !== 'generate') await screen.press('ctrlU', String(named), 'enter');
};

/** How each kind of question is answered; a kind without an entry does not compile. */
const fills: Readonly<Record<QuestionKind, Fill>> = {
	text: fillText,
	number: typeLine,
	yesno: choose,
	choice: choose,
	variant: choose,
	list: fillList,
	map: fillMap,
	secret: fillSecret,
	multiline: async (screen, _, value) => {
		await screen.paste(String(value));
		await screen.press('ctrlD');
	},
};

/** Answers the question on screen with its keys. */
export const answerWithKeys: Fill = (screen, question, value) =>
	fills[question.valueKind](screen, question, value);
