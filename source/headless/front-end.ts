import type { EngineEvent } from '../engine/events.ts';
import type { Output } from './output.ts';

/** A reader of events. Wizard, plain text and JSON lines are three of them. */
export interface FrontEnd {
	show(event: EngineEvent): void;
	/** Called once, after the last event; must leave no timer behind. */
	end(): void;
}

export interface Streams {
	out: Output;
	err: Output;
}
