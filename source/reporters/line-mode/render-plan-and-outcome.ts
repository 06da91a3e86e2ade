import { formatCount, formatPlanCounts } from '../../engine/format.ts';
import { labelNextSteps } from '../../engine/format-next-steps.ts';
import type { PlanReview, ReviewedResource } from '../../engine/operator.ts';
import type {
	DoneScreen,
	FailureScreen,
	PlanScreen,
	StopConfirmation,
} from '../../wizard/wizard-view-model.ts';
import {
	addFullStop,
	COPY_INDENT,
	formatDuration,
	prefixTitleIfMissing,
	quoteLines,
	toSentence,
} from '../format.ts';
import { renderMenu } from './render-question.ts';

const MOST_UPDATES = 20;

/** Renders a plan: all destroyed resources first, then warnings, then groups. */
export function renderPlan({ plan, savedAs }: PlanScreen, before?: PlanScreen): string[] {
	if (before !== undefined) {
		if (savedAs === undefined || savedAs === before.savedAs) return [];
		return ['The plan is saved as text:', `${COPY_INDENT}${savedAs}`];
	}
	const { stack, destroys, warnings, groups, confirm } = plan;
	return [
		`The plan for ${stack}: ${formatPlanCounts(plan.counts) ?? 'no changes'}.`,
		destroys.length === 0
			? 'Nothing is destroyed.'
			: `Warning: this plan destroys ${formatCount(destroys.length, 'resource')}:`,
		...destroys.map((line) => `  ${line}`),
		...warnings.map((warning) => `Warning: ${addFullStop(warning)}`),
		...updateLines(plan),
		...groups.map(
			({ title, addresses }, index) =>
				`${index + 1}. ${title}: ${formatCount(addresses.length, 'resource')}`,
		),
		'Nothing is applied until you type apply; then exactly this plan is applied.',
		...(confirm === undefined
			? []
			: [`Because it destroys resources, you must then also type: ${confirm}`]),
		'Type show NUMBER to list a group, cancel to change nothing.',
	];
}

/** Renders a limited number of updated resources; destroyed ones are rendered in full. */
function updateLines({ resources }: PlanReview): string[] {
	const updates = resources.filter(({ action }) => action === 'update');
	if (updates.length === 0) return [];
	const rest = updates.length - MOST_UPDATES;
	return [
		`It changes ${formatCount(updates.length, 'resource')} in place:`,
		...updates.slice(0, MOST_UPDATES).map(({ address }) => `  ${address}`),
		...(rest > 0 ? [`And ${rest} more. Type show NUMBER to list a group.`] : []),
	];
}

const verbs: Partial<Record<ReviewedResource['action'], string>> = {
	create: 'creates',
	update: 'changes',
	delete: 'destroys',
	replace: 'replaces',
	forget: 'forgets',
	move: 'moves',
};

/** Renders a resource with every attribute. */
export function renderResource(resource: ReviewedResource): string[] {
	const { action, address, reason, attributes } = resource;
	return [
		`${verbs[action] ?? action} ${address}${reason === undefined ? '' : `, ${reason}`}`,
		...attributes.map(({ path, before, after, forcesReplacement }) => {
			const end = after === undefined ? 'to be removed' : `to become ${after}`;
			const values = before === undefined ? (after ?? '') : `${before}, ${end}`;
			return `  ${path}: ${values}${forcesReplacement ? ' (forces replacement)' : ''}`;
		}),
	];
}

const openings: Record<FailureScreen['errorKind'], string> = {
	yours: 'Error.',
	ours: 'Internal error.',
	outside: 'Failed.',
	cancelled: 'Stopped as requested.',
};

/** Renders a failure: the cause, what is done and not done, and the choices. */
export function renderFailure(screen: FailureScreen): string[] {
	const { errorKind, stepTitle, message, expected, details, diagnostics, choices } = screen;
	const where = stepTitle === undefined ? '' : ` At ${stepTitle}:`;
	return [
		`${openings[errorKind]}${where} ${addFullStop(message)}`,
		...(expected === undefined ? [] : [`Expected: ${addFullStop(expected)}`]),
		...details.flatMap(quoteLines),
		...diagnostics.flatMap(({ summary, detail, address, range }) => [
			`Terraform error${address === undefined ? '' : ` at ${address}`}: ${addFullStop(summary)}`,
			...quoteLines(detail),
			...(range === undefined ? [] : [`In ${range}`]),
		]),
		...joined('Done', screen.done),
		...joined('Not done', screen.notDone),
		...(screen.log === undefined ? [] : ['Log:', `${COPY_INDENT}${screen.log}`]),
		...commands('To resume later', screen.next),
		'Choose how to proceed.',
		...renderMenu(choices),
	];
}

function joined(title: string, items: readonly string[]): string[] {
	return items.length === 0 ? [] : [`${title}: ${addFullStop(items.join('; '))}`];
}

function commands(title: string, lines: readonly string[]): string[] {
	const texts = labelNextSteps(lines).map(({ label, text }, nth) =>
		label === 'and' ? text : (lines[nth] ?? text),
	);
	return lines.length === 0 ? [] : [`${title}:`, ...texts.map((text) => `${COPY_INDENT}${text}`)];
}

/** Renders the results of a run, and how to repeat it. Outputs other than URLs are listed on request. */
export function renderDone(screen: DoneScreen): string[] {
	const { outputs } = screen;
	const urls = outputs.filter(({ value }) => /^https?:\/\/\S+$/.test(value));
	return [
		`${screen.part ?? 'Done'}, after ${formatDuration(screen.seconds)}.`,
		...screen.summaries.map(({ title, text }) => toSentence(prefixTitleIfMissing(title, text))),
		...(urls.length === 0 ? [] : ['URL:', ...urls.map(formatOutput)]),
		...(outputs.length === 0 ? [] : [`Type details to list all outputs (${outputs.length}).`]),
		...commands('Next', screen.next),
		'Repeat this installation non-interactively:',
		`${COPY_INDENT}${screen.command}`,
		...(screen.stillAsks === undefined ? [] : [screen.stillAsks]),
		'Terraform directories:',
		`${COPY_INDENT}${screen.workspace}`,
		'Press Enter to quit, or type back to return to the answers.',
	];
}

/** Formats an output as a line to copy. */
export const formatOutput = ({ name, value }: DoneScreen['outputs'][number]): string =>
	`${COPY_INDENT}${name} = ${value}`;

/** Renders the stop confirmation. */
export function renderStopConfirmation(stop: StopConfirmation): string[] {
	return [
		...stop.message,
		...(stop.lostResources.length === 0 ? [] : ['These may be lost:']),
		...stop.lostResources.map((line) => `  ${line}`),
		stop.type === undefined
			? 'Type stop to stop, or press Enter to continue.'
			: `To stop anyway, type: ${stop.type}. Press Enter to keep waiting.`,
	];
}
