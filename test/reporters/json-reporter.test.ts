import { expect, it } from 'vitest';
import { createJsonReporter } from '../../source/reporters/json-reporter.ts';
import { runWithTimeRange } from '../helpers/wait-for.ts';
import { captureStreams, sampleEvents } from './sample-events.ts';

const clock = () => new Date('2026-03-01T12:00:00.000Z');

it('writes each event as one JSON line with version, time, type and all fields', () => {
	const { text, streams } = captureStreams();
	const frontEnd = createJsonReporter(streams, false, clock);
	const events = Object.values(sampleEvents);
	for (const event of events) frontEnd.show(event);
	frontEnd.end();
	const lines = text.out.split('\n');
	expect(lines.pop()).toBe('');
	expect(lines.map((line) => JSON.parse(line))).toEqual(
		events.map((event) => ({ v: 1, time: '2026-03-01T12:00:00.000Z', ...event })),
	);
	expect(text.err).toBe('');
});

it('writes a text of several lines as one line', () => {
	const { text, streams } = captureStreams();
	createJsonReporter(streams).show({ type: 'note', level: 'info', text: 'one\ntwo\u2028three' });
	expect(text.out.trimEnd().split('\n')).toHaveLength(1);
	expect(JSON.parse(text.out).text).toBe('one\ntwo\u2028three');
});

it('marks every line in practice mode', () => {
	const { text, streams } = captureStreams();
	const frontEnd = createJsonReporter(streams, true);
	for (const event of Object.values(sampleEvents)) frontEnd.show(event);
	for (const line of text.out.trimEnd().split('\n'))
		if (JSON.parse(line).type !== 'run.started') expect(JSON.parse(line).practice).toBe(true);
});

it('uses the system time', async () => {
	const { text, streams } = captureStreams();
	const shown = await runWithTimeRange(() => createJsonReporter(streams).show(sampleEvents.note));
	expect(shown.includes(JSON.parse(text.out).time)).toBe(true);
});
