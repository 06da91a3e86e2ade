import type { QuestionScreen, WizardViewModel } from '../../wizard/wizard-view-model.ts';
import { addFullStop, COPY_INDENT, formatDuration, quoteLines } from '../format.ts';
import { formatElapsedAndUsualTime } from '../format-event.ts';
import { renderCeremonyDetails } from './render-ceremony.ts';
import { formatOutput, renderResource } from './render-plan-and-outcome.ts';
import {
	acceptsOnlyChoices,
	formatExample,
	formatRule,
	getChoices,
	MAX_LISTED_CHOICES,
	renderChoice,
	renderChoices,
} from './render-question.ts';
import { renderCheck } from './render-screen.ts';

/** Number of choices listed by `details`. */
const MOST_IN_DETAIL = 100;
/** Number of items listed by `find` and `show`. */
const MOST_LISTED = 40;

/** Something on a screen that `find` searches, `show` prints and `go` opens. */
interface ScreenItem {
	/** The key, id or address. */
	name: string;
	label: string;
	group?: string;
	/** The item in full; the first line is its summary. */
	lines: readonly string[];
}

/** The items of the current screen: choices, settings, checks or resources; otherwise the answers. */
export function listScreenItems(model: WizardViewModel): ScreenItem[] {
	const { screen } = model;
	switch (screen.kind) {
		case 'question':
			return getChoices(screen).map((choice, index) => ({
				name: choice.value,
				label: choice.label,
				lines: [renderChoice(choice, index)],
			}));
		case 'details':
			return screen.groups.flatMap(({ title, items }) =>
				items.map(({ key, label, value, isDefault, help }) => ({
					name: key,
					label,
					group: title,
					lines: [`  ${label} (${key}): ${value}${isDefault ? ', default' : ''}`, `  ${help}`],
				})),
			);
		case 'checks':
			return screen.checks.map((check) => ({
				name: check.id,
				label: check.title,
				lines: renderCheck(check),
			}));
		case 'plan':
			return screen.plan.resources.map((resource) => {
				const [summary, ...attributes] = renderResource(resource);
				const { address, group } = resource;
				return { name: address, label: address, group, lines: [`  ${summary}`, ...attributes] };
			});
		default:
			return listAnswers(model);
	}
}

/** All answers so far, by step. */
export function listAnswers({ answerSummary }: WizardViewModel): ScreenItem[] {
	return answerSummary.flatMap(({ title, lines }) =>
		lines.map(({ key, label, value, source }) => ({
			name: key,
			label,
			group: title,
			lines: [`  ${label} (${key}): ${value}${source === 'given' ? '' : `, ${source}`}`],
		})),
	);
}

/** All answers that `go` can open. */
export function listDestinations(model: WizardViewModel): ScreenItem[] {
	const { screen } = model;
	const problems = screen.kind === 'review' ? screen.problems : [];
	const all = [
		...listAnswers(model),
		...(screen.kind === 'details' ? listScreenItems(model) : []),
		...problems.map(({ key }) => ({ name: key, label: key, lines: [key] })),
	];
	return all.filter(({ name }, index) => all.findIndex((one) => one.name === name) === index);
}

/** The items that a text identifies; one if it is a name, a label or the end of a name. */
export function matchItems<I extends Pick<ScreenItem, 'name' | 'label'>>(
	items: readonly I[],
	text: string,
): I[] {
	const query = text.toLowerCase();
	const having = (fits: (name: string, label: string) => boolean) =>
		items.filter(({ name, label }) => fits(name.toLowerCase(), label.toLowerCase()));
	const exact = having((name, label) => name === query || label === query);
	if (exact.length > 0) return exact;
	const ends = having((name) => name.endsWith(`.${query}`));
	return ends.length === 1 ? ends : having((name, label) => `${name} ${label}`.includes(query));
}

/** Renders the first line of each item, below the titles of groups. */
export function renderItems(items: readonly ScreenItem[]): string[] {
	if (items.length === 0) return ['No answers yet.'];
	return items.flatMap(({ group, lines }, index) => [
		...(group === undefined || group === items[index - 1]?.group ? [] : [`${group}:`]),
		...lines.slice(0, 1),
	]);
}

function renderFirstItems(items: readonly ScreenItem[]): string[] {
	const more = items.length - MOST_LISTED;
	return [
		...items.slice(0, MOST_LISTED).flatMap(({ lines }) => lines.slice(0, 1)),
		...(more > 0 ? [`And ${more} more.`] : []),
	];
}

/** Renders the items of the current screen that contain a text. */
export function searchScreen(model: WizardViewModel, text: string): string[] {
	const items = listScreenItems(model);
	if (items.length === 0) return ['There is nothing to search.'];
	const query = text.toLowerCase();
	const found = items.filter(({ name, lines }) =>
		[name, ...lines].some((line) => line.toLowerCase().includes(query)),
	);
	if (found.length === 0) return [`None of the ${items.length} contains ${text}.`];
	return [`Found ${text} in ${found.length} of ${items.length}:`, ...renderFirstItems(found)];
}

/** Renders the items of a group, given by number or title, or one item in full. */
export function renderItemOrGroup(model: WizardViewModel, name: string): string[] {
	const items = listScreenItems(model);
	const groups = [...new Set(items.map(({ group }) => group))];
	const group =
		groups[Number(name) - 1] ?? groups.find((title) => title?.toLowerCase() === name.toLowerCase());
	if (group !== undefined)
		return [`${group}:`, ...renderFirstItems(items.filter((item) => item.group === group))];
	const found = matchItems(items, name);
	if (found.length === 0) return [`Nothing matches ${name}. Type find TEXT to search.`];
	return found.length === 1 ? [...(found[0]?.lines ?? [])] : renderFirstItems(found);
}

/** Renders all details of the current screen. */
export function renderCurrentScreenDetails(model: WizardViewModel, now: number): string[] {
	const { screen } = model;
	switch (screen.kind) {
		case 'question':
			return questionDetails(screen);
		case 'checks':
			return listScreenItems(model).flatMap(({ lines }) => lines);
		case 'plan':
			return [...screen.plan.resources.flatMap(renderResource), `In ${screen.plan.textFile}`];
		case 'ceremony':
			return renderCeremonyDetails(screen);
		case 'progress':
			return [
				`Running for ${formatDuration((now - screen.runSince) / 1000)}.`,
				...(screen.total === 0 ? [] : [`${screen.finished} of ${screen.total} done.`]),
				...screen.inFlight.map(
					(one) => `  ${one.address}: ${formatElapsedAndUsualTime(one, (now - one.since) / 1000)}`,
				),
				...(screen.log === undefined ? [] : ['Log:', `${COPY_INDENT}${screen.log}`]),
			];
		case 'failure':
			if (screen.diagnostics.length === 0) return renderItems(listAnswers(model));
			return screen.diagnostics.flatMap(({ summary, detail, range, snippet = '' }) => [
				`Terraform error: ${addFullStop(summary)}`,
				...quoteLines(detail),
				...(range === undefined ? [] : [`In ${range}`]),
				...quoteLines(snippet),
			]);
		case 'done':
			return screen.outputs.map(formatOutput);
		default:
			return renderItems(listScreenItems(model));
	}
}

function questionDetails(screen: QuestionScreen): string[] {
	const { key, help, variableAlias, rule } = screen;
	const example = formatExample(screen);
	const all = getChoices(screen);
	return [
		help,
		...(rule === undefined || acceptsOnlyChoices(screen) ? [] : [formatRule(rule)]),
		...(example === undefined ? [] : [`For example: ${example}`]),
		`Key in the answers file: ${key}`,
		...(variableAlias === undefined ? [] : [variableAlias]),
		...(all.length > MAX_LISTED_CHOICES ? renderChoices(all, undefined, MOST_IN_DETAIL) : []),
	];
}
