import type { Diagnostic } from '../../engine/events.ts';
import type { ProgressScreen, ResourceInProgress } from '../../wizard/wizard-model.ts';
import { formatDuration, formatUsualDuration } from '../format.ts';
import { hasIntervalElapsed, type RenderContext } from './render-context.ts';
import { findNewMilestones, renderMilestones } from './render-milestones.ts';
import { addFullStop } from './sentences.ts';
import { quoteLines } from './wrap-for-terminal.ts';

const SLOW_SECONDS = 60;
const NAMED_SECONDS = 20;

const doing: Partial<Record<ResourceInProgress['action'], string>> = {
	create: 'creating',
	update: 'changing',
	delete: 'destroying',
	replace: 'replacing',
};

/** Renders the changes of a run: milestones, errors, finished resources, and slow ones. */
export function renderProgress(
	screen: ProgressScreen,
	before: ProgressScreen | undefined,
	context: RenderContext,
): string[] {
	return [
		...renderMilestones(screen, before),
		...diagnosticLines(screen, before),
		...finishedLines(screen, before, context),
		...begunLines(screen, before),
		...slowLines(screen, before, context),
		...(screen.stopping !== undefined && screen.stopping.words !== before?.stopping?.words
			? [`Stopping: ${addFullStop(screen.stopping.words)}`]
			: []),
	];
}

function diagnosticLines({ diagnostics }: ProgressScreen, before?: ProgressScreen): string[] {
	const name = ({ severity, summary, detail, address }: Diagnostic) =>
		[severity, summary, detail, address].join('\n');
	const said = new Set(before?.diagnostics.map(name));
	return diagnostics
		.filter((diagnostic) => !said.has(name(diagnostic)))
		.flatMap(({ severity, summary, detail, address }) => {
			const where = address === undefined ? '' : ` at ${address}`;
			const word = severity === 'error' ? 'Error' : 'Warning';
			return [`${word}${where}: ${addFullStop(summary)}`, ...quoteLines(detail)];
		});
}

/** Renders finished resources by name if they were slow or failed, and the overall count. */
function finishedLines(
	screen: ProgressScreen,
	before: ProgressScreen | undefined,
	{ now }: RenderContext,
): string[] {
	// Resources of an earlier command have ended, and its milestone reports them.
	const same = before?.since === screen.since ? before : undefined;
	const still = new Set(screen.inFlight.map(({ address }) => address));
	const left = same?.inFlight.filter(({ address }) => !still.has(address)) ?? [];
	const failures = screen.failed - (same?.failed ?? 0);
	const failed = ({ address }: ResourceInProgress) =>
		failures > 0 &&
		(failures >= left.length || screen.diagnostics.some((one) => one.address === address));
	const told = findNewMilestones(screen, before);
	const took = ({ since }: ResourceInProgress) => formatDuration(Math.max(0, (now - since) / 1000));
	const lines = [
		...left.filter(failed).map((one) => `Failed: ${one.address}, after ${took(one)}.`),
		...left
			.filter((one) => !failed(one) && isSlow(one, now))
			// Some are also milestones.
			.filter(({ address }) => !told.some(({ text }) => text.includes(address)))
			.map((one) => `Done: ${one.address}, ${took(one)}.`),
	];
	const finished = screen.finished - (same?.finished ?? 0);
	const named = lines.length > 0 && finished > 0;
	if (named || quarterOf(screen) > (same === undefined ? 0 : quarterOf(same)))
		lines.push(`${screen.finished} of ${screen.total} done.`);
	return lines.length === 0 ? [] : [lines.join(' ')];
}

/** The count is printed after each quarter instead of each resource. */
function quarterOf({ finished, total }: ProgressScreen): number {
	return total === 0 ? 0 : Math.floor((4 * finished) / total);
}

/** Whether a resource is slow enough to be named. */
function isSlow({ action, since, usualSeconds }: ResourceInProgress, now: number): boolean {
	if (action === 'read') return false;
	return (usualSeconds?.[1] ?? 0) >= SLOW_SECONDS || now - since >= NAMED_SECONDS * 1000;
}

/** Announces only slow resources. */
function begunLines({ inFlight }: ProgressScreen, before?: ProgressScreen): string[] {
	const known = new Set(before?.inFlight.map(({ address }) => address));
	return inFlight.flatMap(({ address, action, usualSeconds }) =>
		known.has(address) || usualSeconds === undefined || usualSeconds[1] < SLOW_SECONDS
			? []
			: [
					`Now ${doing[action] ?? 'working on'} ${address}, usually ${formatUsualDuration(usualSeconds)}.`,
				],
	);
}

function slowLines(
	screen: ProgressScreen,
	before: ProgressScreen | undefined,
	moment: RenderContext,
) {
	const known = new Set(before?.inFlight.map(({ address }) => address));
	return screen.inFlight
		.filter(
			({ address, since }) => known.has(address) && hasIntervalElapsed(moment, since, SLOW_SECONDS),
		)
		.map(({ address, action, since, usualSeconds }) => {
			const usual =
				usualSeconds === undefined ? '' : `, usually ${formatUsualDuration(usualSeconds)}`;
			const elapsed = formatDuration((moment.now - since) / 1000);
			return `Still ${doing[action] ?? 'working on'} ${address}: ${elapsed}${usual}.`;
		});
}
