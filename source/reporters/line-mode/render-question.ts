import { isDeepStrictEqual } from 'node:util';
import type { LookupView, QuestionScreen, WizardModel } from '../../wizard/wizard-model.ts';
import { formatExample } from './format-example.ts';
import { acceptsOnlyChoices, formatCurrentValue, getChoices } from './question-values.ts';
import { renderChoices } from './render-choices.ts';
import type { RenderContext } from './render-context.ts';
import { addFullStop, getFirstSentence } from './sentences.ts';

/** Renders a question, or its changes. */
export function renderQuestion(
	screen: QuestionScreen,
	before: QuestionScreen | undefined,
	{ answered = false }: Pick<RenderContext, 'answered'>,
): string[] {
	if (before === undefined) return asked(screen);
	const lines: string[] = [];
	if (screen.problem !== undefined && (answered || screen.problem !== before.problem))
		lines.push(...refused(screen, before));
	if (screen.lookup?.state !== before.lookup?.state || newChoices(screen, before))
		lines.push(...lookedUp(screen));
	return lines;
}

function asked(screen: QuestionScreen): string[] {
	const { label, help, because, number, of, detail, problem } = screen;
	const place = detail ? 'Optional setting.' : `Question ${number} of ${of}.`;
	return [
		`${place} ${addFullStop(label)}`,
		...(because === undefined || because.length === 0
			? []
			: [`Please confirm, because other answers changed: ${because.join(', ')}.`]),
		getFirstSentence(help),
		...(acceptsOnlyChoices(screen) ? [] : formLines(screen)),
		...(problem === undefined ? [] : [`Not valid: ${addFullStop(problem)}`]),
		...lookedUp(screen),
		...(acceptsOnlyChoices(screen) ? closedChoices(screen) : []),
		...howToAnswer(screen),
	];
}

/** Renders the rule, and an example unless there is a value or an example in the rule. */
function formLines(screen: QuestionScreen): string[] {
	const { rule, value } = screen;
	const example = formatExample(screen);
	const shown = value !== undefined || rule?.includes('such as') === true;
	return [
		...(rule === undefined ? [] : [formatRule(rule)]),
		...(example === undefined || shown ? [] : [`For example: ${example}`]),
	];
}

/** Formats a rule for line mode, where an empty value is typed as none. */
export function formatRule(rule: string): string {
	return `It must be ${addFullStop(rule.replace(/; or empty$/, ', or none'))}`;
}

/** Lists all choices if no other value is allowed. */
function closedChoices(screen: QuestionScreen): string[] {
	const choices = getChoices(screen);
	return renderChoices(choices, String(screen.value), choices.length);
}

function refused(screen: QuestionScreen, before: QuestionScreen): string[] {
	const again = screen.problem === before.problem ? 'Still not valid' : 'Not valid';
	return [`${again}: ${addFullStop(screen.problem ?? '')}`];
}

function newChoices({ lookup }: QuestionScreen, before: QuestionScreen): boolean {
	return lookup?.state === 'found' && !isDeepStrictEqual(lookup.choices, before.lookup?.choices);
}

function lookedUp(screen: QuestionScreen): string[] {
	const { lookup } = screen;
	if (lookup === undefined || acceptsOnlyChoices(screen)) return [];
	return { looking, found, denied }[lookup.state](lookup, screen);
}

const looking = ({ what }: LookupView) => [
	`Looking up ${what}. You can type a value while you wait.`,
];

const denied = ({ what, words }: LookupView) => [
	`Could not look up ${what}: ${addFullStop(words ?? 'no reason given')} Type the value.`,
];

function found({ what, choices }: LookupView, screen: QuestionScreen): string[] {
	if (choices.length === 0) {
		const how =
			screen.value === undefined ? 'Type a value.' : 'Type a value, or press Enter as above.';
		return [`Looked up ${what}: none found. ${how}`];
	}
	const own = 'or type another value:';
	return [
		choices.length === 1
			? `Looked up ${what}: 1 found. Type 1 to select it, ${own}`
			: `Looked up ${what}: ${choices.length} found. Type a number, ${own}`,
		...renderChoices(choices, typeof screen.value === 'string' ? screen.value : undefined),
	];
}

const ways: Partial<Record<QuestionScreen['valueKind'], string>> = {
	list: 'Type all items on one line, separated by commas; none for an empty list.',
	map: 'Type name = value, one per line, then a line with a single dot.',
	multiline: 'Type the lines, then a line with a single dot.',
	secret: 'Type env NAME, file PATH, command COMMAND, or generate.',
};

function howToAnswer(screen: QuestionScreen): string[] {
	const { valueKind, optional, defaultWords, source } = screen;
	const lines = ways[valueKind] === undefined ? [] : [ways[valueKind]];
	// The default is marked in the list of choices.
	if (
		acceptsOnlyChoices(screen) &&
		getChoices(screen).some((one) => one.value === String(screen.value))
	)
		return lines;
	const standing = formatCurrentValue(screen);
	if (screen.problem !== undefined) return lines;
	if (standing === undefined) {
		if (optional) lines.push('Press Enter to leave it empty.');
		return lines;
	}
	const origin = defaultWords ?? (source === 'given' ? 'your previous answer' : undefined);
	lines.push(`Press Enter for: ${standing}${origin === undefined ? '' : ` (${origin})`}`);
	return lines;
}

/** Renders the answer that was just accepted. */
export function renderAcceptedAnswer(
	model: WizardModel,
	before: WizardModel | undefined,
): string[] {
	if (before?.screen.kind !== 'question') return [];
	const { key } = before.screen;
	const now = lineOf(model, key);
	const old = lineOf(before, key);
	const moved = model.screen.kind !== 'question' || model.screen.key !== key;
	if (now === undefined || !moved) return [];
	if (old?.value === now.value && (old.confirmed || !now.confirmed)) return [];
	return [`Answer: ${now.value}`];
}

function lineOf({ ticket }: WizardModel, key: string) {
	return ticket.flatMap(({ lines }) => lines).find((line) => line.key === key);
}
