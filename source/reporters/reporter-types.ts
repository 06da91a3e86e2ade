import type { EngineEvent } from '../engine/events.ts';
import type { OutputStream } from './output.ts';

/** Shows the events of a run, for example as plain text or JSON lines. */
export interface EventReporter {
	show(event: EngineEvent): void;
	/** Called once after the last event; must clear all timers. */
	end(): void;
}

export interface OutputStreams {
	out: OutputStream;
	err: OutputStream;
}
