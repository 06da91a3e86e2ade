import { expect } from 'vitest';
import type { CatalogueQuestion } from '../../../source/engine/answers/question-tree.ts';
import { createAnswerSummary } from '../../../source/wizard/answer-summary.ts';
import {
	findItemProblems,
	getCurrentPage,
	getPages,
	parseFieldValue,
} from '../../../source/wizard/interview.ts';
import { createQuestionScreen } from '../../../source/wizard/interview-screens.ts';
import { createQuestionStepper } from '../../../source/wizard/wizard-phase.ts';
import type {
	LookupView,
	QuestionScreen,
	WizardViewModel,
} from '../../../source/wizard/wizard-view-model.ts';
import { createFakeWizard } from '../../helpers/fake-wizard.ts';
import { type RenderedScreen, renderScreen } from '../../helpers/render-screen.tsx';
import { createInterviewAt, interviewContext } from './interview-at-question.ts';

export interface ShownQuestion extends RenderedScreen {
	question: QuestionScreen;
	/** The values of all answers sent so far. */
	answers(): unknown[];
	/** What else was sent. */
	others(): unknown[];
}

export interface ShowQuestionOptions {
	lookup?: LookupView;
	columns?: number;
	rows?: number;
}

/** The question in the wizard, as the program's own guide builds it. */
export async function showQuestion(
	{ key, step }: CatalogueQuestion,
	{ lookup, ...size }: ShowQuestionOptions = {},
): Promise<ShownQuestion> {
	const asking = createInterviewAt(key);
	const stop = getCurrentPage(asking, interviewContext);
	expect(stop).toMatchObject({ kind: 'question', id: key, step });
	const question = createQuestionScreen(asking, interviewContext, key, {
		practice: false,
		...(lookup && { lookup }),
	});
	const { steps } = interviewContext.catalogue;
	const model: WizardViewModel = {
		header: { session: 'every', account: '123456789012', region: 'us-west-2', practice: false },
		stepper: createQuestionStepper(steps, getPages(asking, interviewContext), asking.passed, stop),
		answerSummary: createAnswerSummary(asking, interviewContext),
		screen: question,
	};
	const guide = createFakeWizard(model, {
		validate: (value) => {
			const read = parseFieldValue(asking, interviewContext, key, value);
			return 'problem' in read ? read.problem : undefined;
		},
		validateItems: (items) => findItemProblems(interviewContext, key, items),
	});
	const rendered = await renderScreen(model, { guide, ...size });
	const sent = (answers: boolean) =>
		guide.actions.filter(({ type }) => (type === 'answer') === answers);
	return {
		...rendered,
		question,
		answers: () => sent(true).map((action) => ('value' in action ? action.value : undefined)),
		others: () => sent(false),
	};
}

/** The text to the right of the bar that marks the current question. */
export const getQuestionLines = (lines: readonly string[]): string[] =>
	lines.flatMap((line) => line.split('┃ ').slice(1)).map((line) => line.trimEnd());

/** Expects every word in order, whatever is between them. */
export function expectWords(lines: readonly string[], text: string, what: string): void {
	let left = lines.join('\n');
	for (const word of text.split(/\s+/)) {
		const at = left.indexOf(word);
		const told = `${what}: "${word}" of "${text}" in\n${lines.join('\n')}`;
		expect(at, told).toBeGreaterThanOrEqual(0);
		left = left.slice(at + word.length);
	}
}

/** Reads the whole help, a page at a time, and closes it. */
export async function readWholeHelp(screen: ShownQuestion): Promise<string[]> {
	const footer = screen.frame().at(-1) ?? '';
	await screen.press(footer.includes('F1') ? 'f1' : '?');
	const read = new Set<string>();
	for (let before = -1; before < read.size; ) {
		before = read.size;
		for (const line of screen.frame()) read.add(line);
		await screen.press('pageDown');
	}
	await screen.press('escape');
	return [...read];
}
