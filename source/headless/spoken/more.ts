import type { GuideModel, QuestionScreen, Screen } from '../../engine/guide/model.ts';
import { duration, usually } from '../words.ts';
import { findInPlan, showOfPlan } from './hear-plan.ts';
import { findChoices } from './hear-question.ts';
import { placesNamed, ticketLines } from './places.ts';
import { itemLine, itemsOf } from './say-begin.ts';
import { checkLines } from './say-checks.ts';
import { resourceLines } from './say-plan.ts';
import { COPY_MARK } from './wrap.ts';

/** All that can be told about what is there now. */
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
		case 'progress': {
			const flight = screen.inFlight.map(({ address, since, usualSeconds }) => {
				const usual = usualSeconds === undefined ? '' : `, usually ${usually(usualSeconds)}`;
				return `  ${address}: ${duration((now - since) / 1000)}${usual}`;
			});
			const log = screen.log === undefined ? [] : ['The log:', `${COPY_MARK}${screen.log}`];
			const count = screen.total === 0 ? [] : [`${screen.finished} of ${screen.total} done.`];
			return [
				`Under way for ${duration((now - screen.runSince) / 1000)}.`,
				...count,
				...flight,
				...log,
			];
		}
		case 'failure':
			return screen.diagnostics.flatMap(({ summary, detail, range, snippet }) =>
				[summary, detail, range ?? '', snippet ?? ''].filter((words) => words !== ''),
			);
		default:
			return ticketLines(model);
	}
}

function questionDetails({ key, help, example, since2018, rule }: QuestionScreen): string[] {
	return [
		help,
		...(rule === undefined ? [] : [`It must be: ${rule}`]),
		...(example === undefined ? [] : [`For example: ${example}`]),
		`In the answers file: ${key}`,
		...(since2018 === undefined ? [] : [`In 2018: ${since2018}`]),
	];
}

/** What has a text in it, on the screen there is. */
export function findLines(model: GuideModel, text: string): string[] {
	const { screen } = model;
	const sought = text.toLowerCase();
	const having = (lines: readonly string[]) => {
		const found = lines.filter((line) => line.toLowerCase().includes(sought));
		return found.length === 0 ? [`Nothing here has ${text} in it.`] : found;
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

/** One of the things on the screen, whole. */
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
				? [`No group and no setting ${name}.`]
				: found.flatMap((item) => [itemLine(item), `  ${item.help}`]);
		}
		case 'checks': {
			const found = screen.checks.filter(({ id }) => id.includes(name));
			return found.length === 0 ? [`There is no check ${name}.`] : found.flatMap(checkLines);
		}
		default:
			return ['There is nothing to show here; details tells more.'];
	}
}
