import type { EngineEvent, PlanCounts, ResourceAction } from '../engine/events.ts';
import { formatPlanCounts } from '../engine/format.ts';
import { formatWait } from '../engine/wait-registry.ts';
import type { Milestone } from './wizard-model.ts';

/** Resources that finish within a minute get no line of their own. */
const SLOW_SECONDS = 60;

const made: Partial<Record<ResourceAction, string>> = {
	create: 'created',
	update: 'changed',
	delete: 'destroyed',
	replace: 'replaced',
};

/** The milestone of an event, which stays visible during a run; undefined for other events. */
export function toMilestone(event: EngineEvent, at: number): Milestone | undefined {
	switch (event.type) {
		case 'step.done': {
			const text = `done in ${spell(event.seconds)}: ${event.summary}`;
			return { at, level: 'done', step: event.step, text };
		}
		case 'step.skipped':
			return { at, level: 'info', step: event.step, text: `nothing to do: ${event.reason}` };
		case 'step.failed':
			return {
				at,
				level: 'warning',
				step: event.step,
				text: `stopped after ${spell(event.seconds)}`,
			};
		case 'change':
			return event.state === 'made'
				? { at, level: 'done', step: event.step, text: `done: ${event.what}` }
				: { at, level: 'info', step: event.step, text: `unchanged: ${event.what}` };
		case 'note':
			return { at, level: event.level, step: event.step, text: event.text };
		case 'plan':
			return { at, level: 'info', step: event.step, text: planWords(event) };
		case 'resource':
			return ofResource(event, at);
		case 'interrupt':
			return { at, level: 'warning', text: event.text };
		case 'waiting':
			return { at, level: 'info', text: formatWait(event) };
		default:
			return undefined;
	}
}

function ofResource(
	event: Extract<EngineEvent, { type: 'resource' }>,
	at: number,
): Milestone | undefined {
	const { step, address, phase, elapsedSeconds } = event;
	if (phase === 'failed') {
		const text = `failed: ${address} after ${spell(elapsedSeconds)}`;
		return { at, level: 'warning', step, text };
	}
	const word = made[event.action];
	if (phase !== 'done' || word === undefined || elapsedSeconds < SLOW_SECONDS) return undefined;
	return { at, level: 'done', step, text: `${address} ${word} in ${spell(elapsedSeconds)}` };
}

function planWords({ stack, counts }: { stack: string; counts: PlanCounts }): string {
	return `${stack} plan: ${formatPlanCounts(counts) ?? 'no changes'}`;
}

function spell(seconds: number): string {
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	const rest = whole % 60 === 0 ? '' : ` ${whole % 60} s`;
	return `${Math.floor(whole / 60)} min${rest}`;
}
