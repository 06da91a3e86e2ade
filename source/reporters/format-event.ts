import type { EngineEvent, ResourceAction } from '../engine/events.ts';
import { formatPlanCounts } from '../engine/format.ts';
import { formatWaitingEvent } from '../engine/wait-registry.ts';
import { formatDuration, formatUsualDuration } from './format.ts';

type EventOf<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

/** An event that stays visible during a run. */
export type MilestoneEvent = NonNullable<ReturnType<typeof asMilestoneEvent>>;

/** Resources that finish within a minute are no milestones. */
const SLOW_SECONDS = 60;

/** Returns the event if it is a milestone. */
export function asMilestoneEvent(event: EngineEvent) {
	switch (event.type) {
		case 'step.done':
		case 'step.skipped':
		case 'step.failed':
		case 'change':
		case 'note':
		case 'plan':
		case 'interrupt':
		case 'waiting':
			return event;
		case 'resource': {
			const { phase, action, elapsedSeconds } = event;
			const slow = phase === 'done' && action in verbs && elapsedSeconds >= SLOW_SECONDS;
			return slow || phase === 'failed' ? event : undefined;
		}
		default:
			return undefined;
	}
}

const verbs: Partial<Record<ResourceAction, { active: string; finished: string }>> = {
	create: { active: 'creating', finished: 'created' },
	update: { active: 'changing', finished: 'changed' },
	delete: { active: 'destroying', finished: 'destroyed' },
	replace: { active: 'replacing', finished: 'replaced' },
};

/** "creating aws_vpc.main". */
export const formatResourceActivity = ({ action, address }: ResourceActivity): string =>
	`${verbs[action]?.active ?? 'working on'} ${address}`;

/** "8 min 12 s, usually 8 to 14 min". */
export function formatElapsedAndUsualTime(
	{ usualSeconds }: Pick<ResourceActivity, 'usualSeconds'>,
	seconds: number,
	separator = ',',
): string {
	const usual =
		usualSeconds === undefined ? '' : `${separator} usually ${formatUsualDuration(usualSeconds)}`;
	return `${formatDuration(seconds)}${usual}`;
}

type ResourceActivity = Pick<EventOf<'resource'>, 'action' | 'address' | 'usualSeconds'>;

export type MilestoneLevel = 'done' | 'info' | 'warning';

/** Formats a milestone; its step is shown separately. */
export function getMilestoneLevelAndText(event: MilestoneEvent): {
	level: MilestoneLevel;
	text: string;
} {
	switch (event.type) {
		case 'step.done':
			return { level: 'done', text: `done in ${formatDuration(event.seconds)}: ${event.summary}` };
		case 'step.skipped':
			return { level: 'info', text: `nothing to do: ${event.reason}` };
		case 'step.failed':
			return { level: 'warning', text: `stopped after ${formatDuration(event.seconds)}` };
		case 'change':
			return event.state === 'made'
				? { level: 'done', text: `done: ${event.what}` }
				: { level: 'info', text: `unchanged: ${event.what}` };
		case 'note': {
			const log = event.log === undefined ? '' : `; log ${event.log}`;
			return { level: event.level, text: `${event.text}${log}` };
		}
		case 'plan':
			return {
				level: 'info',
				text: `${event.stack} plan: ${formatPlanCounts(event.counts) ?? 'no changes'}`,
			};
		case 'resource': {
			const took = formatDuration(event.elapsedSeconds);
			return event.phase === 'failed'
				? { level: 'warning', text: `failed: ${event.address} after ${took}` }
				: { level: 'done', text: `${event.address} ${verbs[event.action]?.finished} in ${took}` };
		}
		case 'interrupt':
			return { level: 'warning', text: event.text };
		case 'waiting':
			return { level: 'info', text: formatWaitingEvent(event) };
	}
}

/** Formats an event as log lines; most events have none or one. */
export function formatEvent(event: EngineEvent): string[] {
	switch (event.type) {
		case 'run.started': {
			const resumed = event.resumed ? ', resumed' : '';
			return [
				`session ${event.session}${resumed}: ${event.steps.join(', ')}; directory ${event.folder}`,
			];
		}
		case 'check':
			return checkLines(event);
		case 'plan':
			return planLines(event);
		case 'diagnostic': {
			const { severity, summary, address, range } = event.diagnostic;
			// An error stops the run, and the end of the run reports it in full.
			if (severity === 'error') return [];
			const parts = [`${severity}: ${summary}`, address, range];
			return [parts.filter((part) => part !== undefined).join('  ')];
		}
		case 'command':
			return event.phase === 'started' ? [event.argv.join(' ')] : [];
		default: {
			const milestone = asMilestoneEvent(event);
			if (milestone === undefined || (event.type === 'resource' && event.phase !== 'failed'))
				return [];
			const { level, text } = getMilestoneLevelAndText(milestone);
			return [event.type === 'note' && level === 'warning' ? `warning: ${text}` : text];
		}
	}
}

function checkLines(event: EventOf<'check'>): string[] {
	if (event.result === 'pass' || event.blockedBy !== undefined) return [];
	// A blocker ends the run, and the end of the run reports it with its fix.
	if (event.result === 'fail' && event.severity === 'blocker') return [];
	const word = event.result === 'unknown' ? 'unknown' : event.severity;
	const fix = event.fix === undefined ? [] : [`  fix: ${event.fix}`];
	return [`${word}: ${event.id}: ${event.found}`, ...fix];
}

function planLines(event: EventOf<'plan'>): string[] {
	const words = formatPlanCounts(event.counts);
	if (words === undefined) return ['plan: no changes'];
	const width = Math.max(...event.groups.map(({ title }) => title.length));
	const groups = event.groups.map(
		({ title, addresses }) => `  ${title.padEnd(width)}  ${String(addresses.length).padStart(3)}`,
	);
	const approved =
		event.approvedBy === undefined
			? []
			: [`plan approved by ${event.approvedBy}; exactly this plan is applied`];
	const destroys = event.destroys.map((address) => `  destroys ${address}`);
	const updates = event.updates.map((address) => `  changes ${address}`);
	return [`plan: ${words}`, ...destroys, ...updates, ...groups, ...approved];
}
