import type { EngineEvent } from '../engine/events.ts';
import { formatPlanCounts } from '../engine/format.ts';
import { formatWait } from '../engine/wait-registry.ts';
import { formatDuration } from './format.ts';

/** Formats an event as log lines; most events have none or one. */
export function formatEvent(event: EngineEvent): string[] {
	switch (event.type) {
		case 'run.started': {
			const resumed = event.resumed ? ', resumed' : '';
			return [
				`session ${event.session}${resumed}: ${event.steps.join(', ')}; directory ${event.folder}`,
			];
		}
		case 'step.skipped':
			return [`nothing to do: ${event.reason}`];
		case 'step.done':
			return [`done in ${formatDuration(event.seconds)}: ${event.summary}`];
		case 'step.failed':
			return [`stopped after ${formatDuration(event.seconds)}`];
		case 'check':
			return checkLines(event);
		case 'note':
			return [event.level === 'warning' ? `warning: ${event.text}` : event.text];
		case 'change':
			return [event.state === 'made' ? `done: ${event.what}` : `unchanged: ${event.what}`];
		case 'plan':
			return planLines(event);
		case 'resource':
			return event.phase === 'failed'
				? [`failed: ${event.address} after ${formatDuration(event.elapsedSeconds)}`]
				: [];
		case 'diagnostic': {
			const { severity, summary, address, range } = event.diagnostic;
			// An error stops the run, and the end of the run reports it in full.
			if (severity === 'error') return [];
			const parts = [`${severity}: ${summary}`, address, range];
			return [parts.filter((part) => part !== undefined).join('  ')];
		}
		case 'command':
			return event.phase === 'started' ? [event.argv.join(' ')] : [];
		case 'interrupt':
			return [event.text];
		case 'waiting':
			return [formatWait(event)];
		default:
			return [];
	}
}

function checkLines(event: Extract<EngineEvent, { type: 'check' }>): string[] {
	if (event.result === 'pass' || event.blockedBy !== undefined) return [];
	// A blocker ends the run, and the end of the run reports it with its fix.
	if (event.result === 'fail' && event.severity === 'blocker') return [];
	const word = event.result === 'unknown' ? 'unknown' : event.severity;
	const fix = event.fix === undefined ? [] : [`  fix: ${event.fix}`];
	return [`${word}: ${event.id}: ${event.found}`, ...fix];
}

function planLines(event: Extract<EngineEvent, { type: 'plan' }>): string[] {
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
