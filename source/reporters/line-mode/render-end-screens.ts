import { isDeepStrictEqual } from 'node:util';
import { labelNextSteps } from '../../engine/next-steps.ts';
import type { DoneScreen, FailureScreen, StopConfirmation } from '../../wizard/wizard-model.ts';
import { formatDuration } from '../format.ts';
import { renderChoices } from './render-choices.ts';
import { addFullStop, prefixTitle, toSentence } from './sentences.ts';
import { COPY_INDENT, quoteLines } from './wrap-for-terminal.ts';

const openings: Record<FailureScreen['errorKind'], string> = {
	yours: 'Error.',
	ours: 'Internal error.',
	outside: 'Failed.',
	cancelled: 'Stopped as requested.',
};

/** Renders a failure: the cause, what is done and not done, and the choices. */
export function renderFailure(screen: FailureScreen, before?: FailureScreen): string[] {
	if (isDeepStrictEqual(screen, before)) return [];
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
		...counted('Done', screen.done),
		...counted('Not done', screen.notDone),
		...(screen.log === undefined ? [] : ['Log:', `${COPY_INDENT}${screen.log}`]),
		...commands('To resume later', screen.next),
		'Choose how to proceed. Type a number:',
		...renderChoices(choices, choices.find(({ refusal }) => refusal === undefined)?.value),
	];
}

function counted(title: string, items: readonly string[]): string[] {
	return items.length === 0 ? [] : [`${title}: ${addFullStop(items.join('; '))}`];
}

function commands(title: string, lines: readonly string[]): string[] {
	const texts = labelNextSteps(lines).map(({ label, text }, nth) =>
		label === 'and' ? text : (lines[nth] ?? text),
	);
	return lines.length === 0 ? [] : [`${title}:`, ...texts.map((text) => `${COPY_INDENT}${text}`)];
}

/** Renders the results of a run, and how to repeat it. */
export function renderDone(screen: DoneScreen, before?: DoneScreen): string[] {
	if (isDeepStrictEqual(screen, before)) return [];
	return [
		`${screen.part ?? 'Done'}, after ${formatDuration(screen.seconds)}.`,
		...screen.summaries.map(({ title, text }) => toSentence(prefixTitle(title, text))),
		...madeLines(screen),
		...commands('Next', screen.next),
		'Repeat this installation non-interactively:',
		`${COPY_INDENT}${screen.command}`,
		...(screen.stillAsks === undefined ? [] : [screen.stillAsks]),
		'Terraform directories:',
		`${COPY_INDENT}${screen.workspace}`,
		'Press Enter to quit, or type back to return to the answers.',
	];
}

/** Renders the URLs; the other outputs are listed on request. */
function madeLines({ outputs }: DoneScreen): string[] {
	if (outputs.length === 0) return [];
	const addresses = outputs.filter(({ value }) => /^https?:\/\/\S+$/.test(value));
	return [
		...(addresses.length === 0 ? [] : ['URL:']),
		...addresses.map(formatOutput),
		`Type details to list all outputs (${outputs.length}).`,
	];
}

/** Formats an output as a line to copy. */
export const formatOutput = ({ name, value }: DoneScreen['outputs'][number]): string =>
	`${COPY_INDENT}${name} = ${value}`;

/** Renders the stop confirmation. */
export function renderStopConfirmation(stop: StopConfirmation): string[] {
	return [
		...stop.words,
		...(stop.lost.length === 0 ? [] : ['These may be lost:']),
		...stop.lost.map((line) => `  ${line}`),
		stop.type === undefined
			? 'Type stop to stop, or press Enter to continue.'
			: `To stop anyway, type: ${stop.type}. Press Enter to keep waiting.`,
	];
}
