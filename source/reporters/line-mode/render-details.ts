import type { QuestionScreen, WizardModel, WizardScreen } from '../../wizard/wizard-model.ts';
import { formatDuration, formatUsualDuration } from '../format.ts';
import { formatExample } from './format-example.ts';
import { findAnswersByName, renderAnswerSummary } from './go-to-answer.ts';
import { renderPlanItem, searchPlan } from './handle-plan.ts';
import { searchChoices } from './handle-question.ts';
import { acceptsOnlyChoices, getChoices } from './question-values.ts';
import { renderCeremonyDetails } from './render-ceremony.ts';
import { renderCheck } from './render-checks.ts';
import { MAX_LISTED_CHOICES, renderChoices } from './render-choices.ts';
import { formatOutput } from './render-end-screens.ts';
import { renderResource } from './render-plan.ts';
import { formatRule } from './render-question.ts';
import { formatSetting, getSettings } from './render-setup-screens.ts';
import { addFullStop } from './sentences.ts';
import { COPY_INDENT, quoteLines } from './wrap-for-terminal.ts';

/** Number of choices listed by `details`. */
const MOST_IN_DETAIL = 100;

/** Renders all details of the current screen. */
export function renderDetails(model: WizardModel, now: number): string[] {
	const { screen } = model;
	switch (screen.kind) {
		case 'question':
			return questionDetails(screen);
		case 'details':
			return getSettings(screen).map(formatSetting);
		case 'checks':
			return screen.checks.flatMap(renderCheck);
		case 'plan':
			return [...screen.plan.resources.flatMap(renderResource), `In ${screen.plan.textFile}`];
		case 'ceremony':
			return renderCeremonyDetails(screen);
		case 'progress': {
			const flight = screen.inFlight.map(({ address, since, usualSeconds }) => {
				const usual =
					usualSeconds === undefined ? '' : `, usually ${formatUsualDuration(usualSeconds)}`;
				return `  ${address}: ${formatDuration((now - since) / 1000)}${usual}`;
			});
			const log = screen.log === undefined ? [] : ['Log:', `${COPY_INDENT}${screen.log}`];
			const count = screen.total === 0 ? [] : [`${screen.finished} of ${screen.total} done.`];
			return [
				`Running for ${formatDuration((now - screen.runSince) / 1000)}.`,
				...count,
				...flight,
				...log,
			];
		}
		case 'failure':
			if (screen.diagnostics.length === 0) return renderAnswerSummary(model);
			return screen.diagnostics.flatMap(({ summary, detail, range, snippet = '' }) => [
				`Terraform error: ${addFullStop(summary)}`,
				...quoteLines(detail),
				...(range === undefined ? [] : [`In ${range}`]),
				...quoteLines(snippet),
			]);
		case 'done':
			return screen.outputs.map(formatOutput);
		default:
			return renderAnswerSummary(model);
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

/** Renders everything on the current screen that contains a text. */
export function searchScreen(model: WizardModel, text: string): string[] {
	const { screen } = model;
	const query = text.toLowerCase();
	const having = (lines: readonly string[]) => {
		const found = lines.filter((line) => line.toLowerCase().includes(query));
		return found.length === 0 ? [`No matches for ${text}.`] : found;
	};
	switch (screen.kind) {
		case 'question':
			return searchChoices(screen, text);
		case 'plan':
			return searchPlan(screen, text);
		case 'details':
			return having(getSettings(screen).map(formatSetting));
		case 'checks':
			return having(screen.checks.map((check) => renderCheck(check)[0] ?? ''));
		default:
			return having(renderAnswerSummary(model));
	}
}

/** Renders one item of the screen in full. */
export function renderScreenItem(screen: WizardScreen, name: string): string[] {
	switch (screen.kind) {
		case 'plan':
			return renderPlanItem(screen, name);
		case 'details': {
			const group =
				screen.groups[Number(name) - 1] ??
				screen.groups.find(({ title }) => title.toLowerCase() === name.toLowerCase());
			if (group !== undefined) return [`${group.title}:`, ...group.items.map(formatSetting)];
			const found = findAnswersByName(getSettings(screen), name);
			return found.length === 0
				? [`No group or setting matches ${name}.`]
				: found.flatMap((item) => [formatSetting(item), `  ${item.help}`]);
		}
		case 'checks': {
			const found = screen.checks.filter(({ id }) => id.includes(name));
			return found.length === 0 ? [`There is no check ${name}.`] : found.flatMap(renderCheck);
		}
		default:
			return ['There is nothing to show here. Type details for more.'];
	}
}
