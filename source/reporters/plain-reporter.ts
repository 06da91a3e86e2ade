import type { EngineEvent } from '../engine/events.ts';
import { formatWaitingEvent } from '../engine/wait-registry.ts';
import { alignColumns, formatDuration, formatInline } from './format.ts';
import { formatElapsedAndUsualTime, formatEvent, formatResourceActivity } from './format-event.ts';
import { formatFailure } from './format-failure.ts';
import { writeLines } from './output.ts';
import type { EventReporter, OutputStreams } from './reporter-types.ts';

/** Longest time without output. */
export const HEARTBEAT_SECONDS = 30;
const TICK_MS = 1000;
/** A resource that started later is not what the run has been waiting for. */
const NAMED_AFTER_MS = 10_000;

type Resource = Extract<EngineEvent, { type: 'resource' }>;

/**
 * Prints one line per milestone, heartbeats between them, and a summary at the end.
 *
 * @param practice Prefixes every line with PRACTICE.
 */
export function createPlainReporter(
	{ out, err }: OutputStreams,
	practice = false,
	clock: () => Date = () => new Date(),
): EventReporter {
	const prefix = practice ? 'PRACTICE ' : '';
	const inFlight = new Map<string, { event: Resource; since: number }>();
	let step = 'tfe-wizard';
	let stepStartedAt = Date.now();
	let command: { words: string; since: number } | undefined;
	let lastLine = Date.now();

	const write = (stream: OutputStreams['out'], text: string) => {
		lastLine = Date.now();
		writeLines(stream, [text]);
	};
	const line = (text: string, about = step) =>
		write(out, `${prefix}${clock().toTimeString().slice(0, 8)} ${about.padEnd(10)} ${text}`);
	const raw = (stream: OutputStreams['out'], text: string) =>
		write(stream, text === '' ? '' : `${prefix}${text}`);

	const heartbeatTimer = setInterval(() => {
		// The next tick would be too late.
		if (Date.now() - lastLine + TICK_MS <= HEARTBEAT_SECONDS * 1000) return;
		line(signOfLife([...inFlight.values()], stepStartedAt, command));
	}, TICK_MS);
	heartbeatTimer.unref();

	const trackEvent = (event: EngineEvent): void => {
		if (event.type === 'step.started') {
			step = event.step;
			stepStartedAt = Date.now();
			command = undefined;
		} else if (event.type === 'command') {
			command =
				event.phase === 'ended' ? undefined : { words: event.argv.join(' '), since: Date.now() };
		} else if (event.type === 'step.done' || event.type === 'step.failed') inFlight.clear();
		else if (event.type !== 'resource') return;
		else if (event.phase === 'started') inFlight.set(event.address, { event, since: Date.now() });
		else if (event.phase !== 'progress') inFlight.delete(event.address);
	};

	const show = (event: EngineEvent): void => {
		trackEvent(event);
		if (event.type === 'run.failed') {
			for (const text of formatFailure(event)) raw(err, text);
		} else if (event.type === 'run.done') {
			for (const text of endLines(event)) raw(out, text);
			step = 'tfe-wizard';
		} else {
			const about = event.type === 'note' && event.step === undefined ? 'tfe-wizard' : step;
			for (const text of formatEvent(event)) line(text, about);
		}
	};
	return { show, end: () => clearInterval(heartbeatTimer) };
}

/** Formats a heartbeat for the resource that has been in progress longest. */
function signOfLife(
	inFlight: readonly { event: Resource; since: number }[],
	startedAt: number,
	command: { words: string; since: number } | undefined,
): string {
	const [slowest] = inFlight.toSorted((a, b) => a.since - b.since);
	const isRecent = slowest === undefined || Date.now() - slowest.since < NAMED_AFTER_MS;
	if (isRecent && command !== undefined) {
		const seconds = Math.round((Date.now() - command.since) / 1000);
		return formatWaitingEvent({ what: command.words, seconds });
	}
	if (slowest === undefined)
		return `still working (${formatDuration((Date.now() - startedAt) / 1000)})`;
	const { event, since } = slowest;
	const others = inFlight.length > 1 ? `, and ${inFlight.length - 1} more` : '';
	const elapsed = formatElapsedAndUsualTime(event, (Date.now() - since) / 1000, ';');
	return `still ${formatResourceActivity(event)} (${elapsed})${others}`;
}

function endLines(event: Extract<EngineEvent, { type: 'run.done' }>): string[] {
	const outputs = Object.entries(event.outputs).filter(
		([, value]) => value !== '' && value !== null,
	);
	// The URL comes first.
	outputs.sort(([a], [b]) => Number(b.endsWith('.url')) - Number(a.endsWith('.url')));
	const rows = outputs.map(([name, value]): [string, string] => [name, formatInline(value)]);
	const stopped =
		event.until === undefined ? 'finished' : `stopped before ${event.until} as requested,`;
	return [
		'',
		...(outputs.length === 0 ? [] : ['Outputs']),
		...alignColumns(rows),
		'',
		`Session ${event.session} ${stopped} after ${formatDuration(event.seconds)}.`,
		...event.next.map((next, index) => `${index === 0 ? 'next' : '    '}  ${next}`),
	];
}
