import type { AnswerSummaryLine, DetailItem, WizardModel } from '../../wizard/wizard-model.ts';
import { createActionResult, createOutputResult, type LineResult } from './line-result.ts';
import { getSettings } from './render-setup-screens.ts';

interface Place {
	key: string;
	label: string;
}

/** All answers that `go` can reach. */
function placesOf({ ticket, screen }: WizardModel): Place[] {
	const items: readonly DetailItem[] = screen.kind === 'details' ? getSettings(screen) : [];
	const problems =
		screen.kind === 'review' ? screen.problems.map(({ key }) => ({ key, label: key })) : [];
	const lines = ticket.flatMap((step) => step.lines);
	const places = [...lines, ...items, ...problems];
	return places.filter(({ key }, index) => places.findIndex((one) => one.key === key) === index);
}

/** Goes to the answer that a name identifies by its key or label. */
export function goToAnswer(model: WizardModel, name: string): LineResult {
	if (name === '') return { say: renderAnswerSummary(model) };
	const found = findAnswersByName(placesOf(model), name);
	const [only] = found;
	if (only === undefined)
		return createOutputResult(`No answer matches ${name}. Type go to list all answers.`);
	if (found.length === 1) return createActionResult({ type: 'go', key: only.key });
	return createOutputResult(
		`${found.length} answers match; type go and one of these names:`,
		...found.map(({ key, label }) => `  ${key}: ${label}`),
	);
}

/** Finds the answers that match a name; one if it is a key or the end of a key. */
export function findAnswersByName<P extends Place>(places: readonly P[], name: string): P[] {
	const query = name.toLowerCase();
	const exact = places.filter(
		({ key, label }) => key.toLowerCase() === query || label.toLowerCase() === query,
	);
	if (exact.length > 0) return exact;
	const ends = places.filter(({ key }) => key.toLowerCase().endsWith(`.${query}`));
	if (ends.length === 1) return ends;
	return places.filter(({ key, label }) => `${key} ${label}`.toLowerCase().includes(query));
}

/** Renders all answers so far, by step. */
export function renderAnswerSummary({ ticket }: WizardModel): string[] {
	const steps = ticket.filter(({ lines }) => lines.length > 0);
	if (steps.length === 0) return ['No answers yet.'];
	return steps.flatMap(({ title, lines }) => [`${title}:`, ...lines.map(answerLine)]);
}

function answerLine({ key, label, value, source }: AnswerSummaryLine): string {
	return `  ${label} (${key}): ${value}${source === 'given' ? '' : `, ${source}`}`;
}
