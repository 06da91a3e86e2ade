import type { TerminalRecorder } from '../../engine/terminal-recorders.ts';
import type { ProgressScreen } from '../../wizard/wizard-model.ts';

/** Context for rendering changes; times are in ms since the epoch. */
export interface RenderContext {
	now: number;
	last: number;
	/** The last known state of the run, which plans and failures may interrupt. */
	run?: ProgressScreen;
	/** An answer was submitted since, so that a repeated error is printed again. */
	answered?: boolean;
	/** Programs that may record the terminal. */
	recorders?: readonly TerminalRecorder[];
}

/** Whether another interval of `seconds`, counted from `since`, has elapsed since the last output. */
export function hasIntervalElapsed(
	{ now, last }: RenderContext,
	since: number,
	seconds: number,
): boolean {
	const turns = (at: number) => Math.floor((at - since) / 1000 / seconds);
	return turns(now) > Math.max(0, turns(last));
}
