import type { ProgressScreen, ResourceInProgress } from '../../wizard/wizard-view-model.ts';
import {
	addFullStop,
	formatDuration,
	formatUsualDuration,
	prefixTitleIfMissing,
	quoteLines,
	toSentence,
} from '../format.ts';
import {
	formatElapsedAndUsualTime,
	formatResourceActivity,
	getMilestoneLevelAndText,
	type MilestoneEvent,
} from '../format-event.ts';

/** In ms since the epoch: now, and at the last output. */
type Times = Readonly<{ now: number; last: number }>;

const SLOW_SECONDS = 60;
const NAMED_SECONDS = 20;

/** Renders the changes of a run: milestones, errors, finished resources, and slow ones. */
export function renderProgress(
	screen: ProgressScreen,
	before: ProgressScreen | undefined,
	context: Times,
): string[] {
	const milestones = selectNew(screen.milestones, before?.milestones);
	// Before its first step, a run has no start time yet.
	const starts =
		before === undefined || (before.runSince !== screen.runSince && before.step !== '');
	const earlier = milestones.filter(({ at }) => at <= screen.since);
	return [
		...(starts ? ['Started. Type details at any time for progress, or stop to stop the run.'] : []),
		...earlier.flatMap(({ event }) => renderMilestone(event)),
		...(screen.activity === before?.activity ? [] : renderActivity(screen)),
		...milestones.slice(earlier.length).flatMap(({ event }) => renderMilestone(event)),
		...selectNew(screen.diagnostics, before?.diagnostics).flatMap(
			({ severity, summary, detail, address }) => {
				const where = address === undefined ? '' : ` at ${address}`;
				const word = severity === 'error' ? 'Error' : 'Warning';
				return [`${word}${where}: ${addFullStop(summary)}`, ...quoteLines(detail)];
			},
		),
		...finishedLines(screen, before, context),
		...slowLines(screen, before, context),
		...(screen.stopping !== undefined && screen.stopping.message !== before?.stopping?.message
			? [`Stopping: ${addFullStop(screen.stopping.message)}`]
			: []),
	];
}

/** The items that have not been printed. */
function selectNew<T>(items: readonly T[], before: readonly T[] = []): readonly T[] {
	if (items === before) return [];
	const printed = new Set(before.map((item) => JSON.stringify(item)));
	return items.filter((item) => !printed.has(JSON.stringify(item)));
}

function renderMilestone(event: MilestoneEvent): string[] {
	const { level, text } = getMilestoneLevelAndText(event);
	const step = 'step' in event ? event.step : undefined;
	const warning = level === 'warning' ? 'warning, ' : '';
	const titled = (words: string) => [
		toSentence(`${warning}${step === undefined ? words : prefixTitleIfMissing(step, words)}`),
	];
	switch (event.type) {
		case 'plan':
			// A plan with changes has its own screen, which is printed instead.
			return Object.values(event.counts).some((count) => count > 0) ? [] : titled(text);
		case 'step.done':
			return [toSentence(`${step} ${text}`)];
		case 'change':
			return titled(event.state === 'made' ? event.what : text);
		case 'note':
			// Paths are long to listen to; `details` has the one of the log.
			return titled(event.text);
		default:
			return titled(text);
	}
}

/** The current activity, without short Terraform commands, and steps, which milestones report. */
function renderActivity({ activity, title, terraform }: ProgressScreen): string[] {
	if (terraform === undefined)
		return activity === '' || activity === title ? [] : [toSentence(activity)];
	const { command, stack } = terraform;
	return ['init', 'plan', 'apply'].includes(command)
		? [`Running terraform ${command} for ${stack}.`]
		: [];
}

/** Renders finished resources by name if they were slow or failed, and the overall count. */
function finishedLines(
	screen: ProgressScreen,
	before: ProgressScreen | undefined,
	{ now }: Times,
): string[] {
	// Resources of an earlier command have ended, and its milestone reports them.
	const same = before?.since === screen.since ? before : undefined;
	const still = new Set(screen.inFlight.map(({ address }) => address));
	const left = same?.inFlight.filter(({ address }) => !still.has(address)) ?? [];
	const failures = screen.failed - (same?.failed ?? 0);
	const failed = ({ address }: ResourceInProgress) =>
		failures > 0 &&
		(failures >= left.length || screen.diagnostics.some((one) => one.address === address));
	const reported = new Set(
		selectNew(screen.milestones, before?.milestones).map(({ event }) =>
			event.type === 'resource' ? event.address : undefined,
		),
	);
	const took = ({ since }: ResourceInProgress) => formatDuration(Math.max(0, (now - since) / 1000));
	const lines = [
		...left.filter(failed).map((one) => `Failed: ${one.address}, after ${took(one)}.`),
		...left
			.filter((one) => !failed(one) && isSlow(one, now) && !reported.has(one.address))
			.map((one) => `Done: ${one.address}, ${took(one)}.`),
	];
	const finished = screen.finished - (same?.finished ?? 0);
	const named = lines.length > 0 && finished > 0;
	if (named || getQuarter(screen) > (same === undefined ? 0 : getQuarter(same)))
		lines.push(`${screen.finished} of ${screen.total} done.`);
	return lines.length === 0 ? [] : [lines.join(' ')];
}

/** The count is printed after each quarter instead of each resource. */
function getQuarter({ finished, total }: ProgressScreen): number {
	return total === 0 ? 0 : Math.floor((4 * finished) / total);
}

/** Whether a resource is slow enough to be named. */
function isSlow({ action, since, usualSeconds }: ResourceInProgress, now: number): boolean {
	if (action === 'read') return false;
	return (usualSeconds?.[1] ?? 0) >= SLOW_SECONDS || now - since >= NAMED_SECONDS * 1000;
}

/** Announces resources that are usually slow, and every minute those that are in progress. */
function slowLines(
	{ inFlight }: ProgressScreen,
	before: ProgressScreen | undefined,
	{ now, last }: Times,
): string[] {
	const known = new Set(before?.inFlight.map(({ address }) => address));
	const minutes = (ms: number) => Math.max(0, Math.floor(ms / 1000 / SLOW_SECONDS));
	const isNew = ({ address }: ResourceInProgress) => !known.has(address);
	return [
		...inFlight
			.filter(isNew)
			.flatMap((one) =>
				one.usualSeconds === undefined || one.usualSeconds[1] < SLOW_SECONDS
					? []
					: [
							`Now ${formatResourceActivity(one)}, usually ${formatUsualDuration(one.usualSeconds)}.`,
						],
			),
		...inFlight
			.filter((one) => !isNew(one) && minutes(now - one.since) > minutes(last - one.since))
			.map(
				(one) =>
					`Still ${formatResourceActivity(one)}: ${formatElapsedAndUsualTime(one, (now - one.since) / 1000)}.`,
			),
	];
}
