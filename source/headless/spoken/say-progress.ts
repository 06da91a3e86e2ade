import type { Diagnostic } from '../../engine/events.ts';
import type { InFlight, Milestone, ProgressScreen } from '../../engine/guide/model.ts';
import { duration, usually } from '../words.ts';
import { hasTurned, type Moment, sentence } from './moment.ts';

const SLOW_SECONDS = 60;
const NAMED_SECONDS = 20;

const doing: Partial<Record<InFlight['action'], string>> = {
	create: 'creating',
	update: 'changing',
	delete: 'destroying',
	replace: 'replacing',
};

/** What has happened since: resources done, milestones, trouble; a sign of the slow ones. */
export function sayProgress(
	screen: ProgressScreen,
	before: ProgressScreen | undefined,
	moment: Moment,
): string[] {
	return [
		...(before === undefined && screen.title !== '' ? [sentence(screen.title)] : []),
		...(screen.doing !== before?.doing && screen.doing !== '' ? [sentence(screen.doing)] : []),
		...newMilestones(screen, before).map(milestoneLine),
		...diagnosticLines(screen, before),
		...finishedLines(screen, before, moment),
		...begunLines(screen, before),
		...slowLines(screen, before, moment),
		...(screen.stopping !== undefined && screen.stopping.words !== before?.stopping?.words
			? [`Stopping: ${sentence(screen.stopping.words)}`]
			: []),
	];
}

function newMilestones({ milestones }: ProgressScreen, before?: ProgressScreen): Milestone[] {
	const name = ({ at, text }: Milestone) => `${at} ${text}`;
	const said = new Set(before?.milestones.map(name));
	return milestones.filter((milestone) => !said.has(name(milestone)));
}

function milestoneLine({ level, step, text }: Milestone): string {
	const about = step === undefined ? '' : `${step}: `;
	const word = level === 'warning' ? 'Warning, ' : '';
	return sentence(`${word}${about}${text}`);
}

function diagnosticLines({ diagnostics }: ProgressScreen, before?: ProgressScreen): string[] {
	const name = ({ severity, summary, detail, address }: Diagnostic) =>
		[severity, summary, detail, address].join('\n');
	const said = new Set(before?.diagnostics.map(name));
	return diagnostics
		.filter((diagnostic) => !said.has(name(diagnostic)))
		.map(({ severity, summary, detail, address }) => {
			const where = address === undefined ? '' : ` at ${address}`;
			return `${severity === 'error' ? 'Error' : 'Warning'}${where}: ${sentence(summary)} ${detail}`.trimEnd();
		});
}

/** Resources that have left: by name where they took their time or failed, the others counted. */
function finishedLines(
	screen: ProgressScreen,
	before: ProgressScreen | undefined,
	{ now }: Moment,
): string[] {
	if (before?.runSince !== screen.runSince) return [];
	const still = new Set(screen.inFlight.map(({ address }) => address));
	const left = before.inFlight.filter(({ address }) => !still.has(address));
	const failures = screen.failed - before.failed;
	const failed = ({ address }: InFlight) =>
		failures > 0 &&
		(failures >= left.length || screen.diagnostics.some((one) => one.address === address));
	const told = newMilestones(screen, before);
	const named = left.filter((one) => !failed(one) && isSlow(one, now));
	const took = ({ since }: InFlight) => duration(Math.max(0, (now - since) / 1000));
	const lines = [
		...left.filter(failed).map((one) => `Failed: ${one.address}, after ${took(one)}.`),
		...named
			// Some are milestones, too.
			.filter(({ address }) => !told.some(({ text }) => text.includes(address)))
			.map((one) => `Done: ${one.address}, ${took(one)}.`),
	];
	const finished = screen.finished - before.finished;
	const quick = finished - named.length;
	if (quick > 0) lines.push(`${quick} ${lines.length > 0 ? 'more ' : ''}done.`);
	if (finished > 0 && screen.total > 0) lines.push(`${screen.finished} of ${screen.total}.`);
	return lines.length === 0 ? [] : [lines.join(' ')];
}

/** Worth a name: it takes its time, or has taken it. */
function isSlow({ action, since, usualSeconds }: InFlight, now: number): boolean {
	if (action === 'read') return false;
	return (usualSeconds?.[1] ?? 0) >= SLOW_SECONDS || now - since >= NAMED_SECONDS * 1000;
}

/** Only what takes its time is announced. */
function begunLines({ inFlight }: ProgressScreen, before?: ProgressScreen): string[] {
	const known = new Set(before?.inFlight.map(({ address }) => address));
	return inFlight.flatMap(({ address, action, usualSeconds }) =>
		known.has(address) || usualSeconds === undefined || usualSeconds[1] < SLOW_SECONDS
			? []
			: [`Now ${doing[action] ?? 'working on'} ${address}, usually ${usually(usualSeconds)}.`],
	);
}

function slowLines(screen: ProgressScreen, before: ProgressScreen | undefined, moment: Moment) {
	const known = new Set(before?.inFlight.map(({ address }) => address));
	return screen.inFlight
		.filter(({ address, since }) => known.has(address) && hasTurned(moment, since, SLOW_SECONDS))
		.map(({ address, action, since, usualSeconds }) => {
			const usual = usualSeconds === undefined ? '' : `, usually ${usually(usualSeconds)}`;
			const elapsed = duration((moment.now - since) / 1000);
			return `Still ${doing[action] ?? 'working on'} ${address}: ${elapsed}${usual}.`;
		});
}
