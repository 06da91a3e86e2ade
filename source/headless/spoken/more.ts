import type { GuideModel, QuestionScreen, Screen } from '../../engine/guide/model.ts';
import { duration, usually } from '../words.ts';
import { choiceLines, MOST_READ } from './choices.ts';
import { exampleWords } from './example-words.ts';
import { findInPlan, showOfPlan } from './hear-plan.ts';
import { findChoices } from './hear-question.ts';
import { placesNamed, ticketLines } from './places.ts';
import { itemLine, itemsOf } from './say-begin.ts';
import { ceremonyDetails } from './say-ceremony.ts';
import { checkLines } from './say-checks.ts';
import { outputLine } from './say-end.ts';
import { resourceLines } from './say-plan.ts';
import { ruleWords } from './say-question.ts';
import { sentence } from './sentences.ts';
import { choicesOf, isClosed } from './value-words.ts';
import { COPY_MARK, quoted } from './wrap.ts';

/** Number of choices listed by `details`. */
const MOST_IN_DETAIL = 100;

/** Renders all details of the current screen. */
export function detailLines(model: GuideModel, now: number): string[] {
	const { screen } = model;
	switch (screen.kind) {
		case 'question':
			return questionDetails(screen);
		case 'details':
			return itemsOf(screen).map(itemLine);
		case 'checks':
			return screen.checks.flatMap(checkLines);
		case 'plan':
			return [...screen.plan.resources.flatMap(resourceLines), `In ${screen.plan.textFile}`];
		case 'ceremony':
			return ceremonyDetails(screen);
		case 'progress': {
			const flight = screen.inFlight.map(({ address, since, usualSeconds }) => {
				const usual = usualSeconds === undefined ? '' : `, usually ${usually(usualSeconds)}`;
				return `  ${address}: ${duration((now - since) / 1000)}${usual}`;
			});
			const log = screen.log === undefined ? [] : ['Log:', `${COPY_MARK}${screen.log}`];
			const count = screen.total === 0 ? [] : [`${screen.finished} of ${screen.total} done.`];
			return [
				`Running for ${duration((now - screen.runSince) / 1000)}.`,
				...count,
				...flight,
				...log,
			];
		}
		case 'failure':
			if (screen.diagnostics.length === 0) return ticketLines(model);
			return screen.diagnostics.flatMap(({ summary, detail, range, snippet = '' }) => [
				`Terraform error: ${sentence(summary)}`,
				...quoted(detail),
				...(range === undefined ? [] : [`In ${range}`]),
				...quoted(snippet),
			]);
		case 'done':
			return screen.outputs.map(outputLine);
		default:
			return ticketLines(model);
	}
}

function questionDetails(screen: QuestionScreen): string[] {
	const { key, help, since2018, rule } = screen;
	const example = exampleWords(screen);
	const all = choicesOf(screen);
	return [
		help,
		...(rule === undefined || isClosed(screen) ? [] : [ruleWords(rule)]),
		...(example === undefined ? [] : [`For example: ${example}`]),
		`Key in the answers file: ${key}`,
		...(since2018 === undefined ? [] : [`2018 variable: ${since2018}`]),
		...(all.length > MOST_READ ? choiceLines(all, undefined, MOST_IN_DETAIL) : []),
	];
}

/** Renders everything on the current screen that contains a text. */
export function findLines(model: GuideModel, text: string): string[] {
	const { screen } = model;
	const sought = text.toLowerCase();
	const having = (lines: readonly string[]) => {
		const found = lines.filter((line) => line.toLowerCase().includes(sought));
		return found.length === 0 ? [`No matches for ${text}.`] : found;
	};
	switch (screen.kind) {
		case 'question':
			return findChoices(screen, text);
		case 'plan':
			return findInPlan(screen, text);
		case 'details':
			return having(itemsOf(screen).map(itemLine));
		case 'checks':
			return having(screen.checks.map((check) => checkLines(check)[0] ?? ''));
		default:
			return having(ticketLines(model));
	}
}

/** Renders one item of the screen in full. */
export function showLines(screen: Screen, name: string): string[] {
	switch (screen.kind) {
		case 'plan':
			return showOfPlan(screen, name);
		case 'details': {
			const group =
				screen.groups[Number(name) - 1] ??
				screen.groups.find(({ title }) => title.toLowerCase() === name.toLowerCase());
			if (group !== undefined) return [`${group.title}:`, ...group.items.map(itemLine)];
			const found = placesNamed(itemsOf(screen), name);
			return found.length === 0
				? [`No group or setting matches ${name}.`]
				: found.flatMap((item) => [itemLine(item), `  ${item.help}`]);
		}
		case 'checks': {
			const found = screen.checks.filter(({ id }) => id.includes(name));
			return found.length === 0 ? [`There is no check ${name}.`] : found.flatMap(checkLines);
		}
		default:
			return ['There is nothing to show here. Type details for more.'];
	}
}
