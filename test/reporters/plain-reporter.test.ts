import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../source/engine/events.ts';
import { createRunFailedEvent } from '../../source/reporters/format-failure.ts';
import { createPlainReporter, HEARTBEAT_SECONDS } from '../../source/reporters/plain-reporter.ts';
import {
	captureStreams,
	planEvent,
	resourceEvent,
	runDoneEvent,
	runStartedEvent,
	sampleError,
	sampleEvents,
} from './sample-events.ts';

const clock = () => new Date(2026, 2, 1, 12, 34, 56);

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

function follow(events: readonly EngineEvent[], practice = false) {
	const { text, streams } = captureStreams();
	const frontEnd = createPlainReporter(streams, practice, clock);
	for (const event of events) frontEnd.show(event);
	return { text, frontEnd };
}

const inNetwork: EngineEvent = { type: 'step.started', step: 'network', title: 'Network' };

describe('plain text', () => {
	it('prefixes each line with the time and the step', () => {
		const { text, frontEnd } = follow([
			runStartedEvent,
			inNetwork,
			{ type: 'note', step: 'network', level: 'info', text: 'about the step' },
			{ type: 'note', level: 'warning', text: 'about the run' },
			planEvent,
		]);
		frontEnd.end();
		expect(text.out.split('\n').slice(0, 4)).toEqual([
			'12:34:56 tfe-wizard session acme: preflight, network; directory /home/sessions/acme',
			'12:34:56 network    about the step',
			'12:34:56 tfe-wizard warning: about the run',
			'12:34:56 network    plan: 3 to create, 1 to change, 1 to replace, 1 to destroy',
		]);
		expect(text.err).toBe('');
	});

	it('ends with the non-empty outputs, the duration and the next commands', () => {
		const { text, frontEnd } = follow([runDoneEvent]);
		frontEnd.end();
		expect(text.out).toBe(
			`
Outputs
  install.url  https://tfe.acme.example
  network.ids  a, b

Session acme finished after 3 min 28 s.
next  tfe-wizard status --session acme
      tfe-wizard answers export --session acme
`,
		);
	});

	it('reports a run that stopped early as requested', () => {
		const { text, frontEnd } = follow([{ ...runDoneEvent, until: 'network', outputs: {} }]);
		frontEnd.end();
		expect(text.out).toContain(
			'Session acme stopped before network as requested, after 3 min 28 s.',
		);
		expect(text.out).not.toContain('Outputs');
	});

	it('prints a failure to standard error', () => {
		const { text, frontEnd } = follow([createRunFailedEvent(sampleError)]);
		frontEnd.end();
		expect(text.out).toBe('');
		expect(text.err).toMatch(/^Failed: terraform apply failed/);
		expect(text.err).toMatch(/exit code 5\n$/);
	});

	it('prefixes every line in practice mode with PRACTICE', () => {
		const { text, frontEnd } = follow(
			[...Object.values(sampleEvents), inNetwork, createRunFailedEvent(sampleError), resourceEvent],
			true,
		);
		vi.advanceTimersByTime(120_000);
		frontEnd.end();
		const lines = `${text.out}${text.err}`.split('\n').filter((line) => line !== '');
		expect(lines.length).toBeGreaterThan(30);
		expect(lines.filter((line) => !line.startsWith('PRACTICE '))).toEqual([]);
	});
});

describe('the heartbeat', () => {
	it('is printed after at most 30 seconds of silence, and not earlier', () => {
		expect(HEARTBEAT_SECONDS).toBe(30);
		const { streams } = captureStreams();
		const times: number[] = [Date.now()];
		const out = {
			write: () => {
				times.push(Date.now());
			},
		};
		const frontEnd = createPlainReporter({ ...streams, out }, false, clock);
		frontEnd.show(inNetwork);
		vi.advanceTimersByTime(10 * 60_000);
		frontEnd.end();
		const silences = times.slice(1).map((time, index) => time - (times[index] ?? 0));
		expect(silences.length).toBeGreaterThanOrEqual(19);
		expect(Math.max(...silences)).toBeLessThanOrEqual(30_000);
		expect(Math.min(...silences)).toBeGreaterThanOrEqual(25_000);
	});

	it('is printed in time after a line between two timer ticks', () => {
		const { text, frontEnd } = follow([inNetwork]);
		vi.advanceTimersByTime(500);
		frontEnd.show(sampleEvents.note);
		vi.advanceTimersByTime(30_000);
		expect(text.out.trimEnd().split('\n')).toHaveLength(2);
		frontEnd.end();
	});

	it('is delayed by every printed line', () => {
		const { text, frontEnd } = follow([inNetwork]);
		vi.advanceTimersByTime(20_000);
		frontEnd.show(sampleEvents.note);
		vi.advanceTimersByTime(20_000);
		expect(text.out.trimEnd().split('\n')).toHaveLength(1);
		vi.advanceTimersByTime(10_000);
		expect(text.out.trimEnd().split('\n')).toHaveLength(2);
		frontEnd.end();
	});

	it('is not delayed by events that print nothing', () => {
		const { text, frontEnd } = follow([inNetwork]);
		for (let n = 0; n < 12; n += 1) {
			frontEnd.show({ ...resourceEvent, phase: 'progress' });
			vi.advanceTimersByTime(5_000);
		}
		expect(text.out.trimEnd().split('\n').length).toBeGreaterThanOrEqual(2);
		frontEnd.end();
	});

	it('names the longest-running resource with its elapsed and usual time', () => {
		const { text, frontEnd } = follow([inNetwork]);
		frontEnd.show({ ...resourceEvent, usualSeconds: [60, 180] });
		vi.advanceTimersByTime(15_000);
		frontEnd.show({ ...resourceEvent, address: 'aws_eip.this', action: 'update' });
		vi.advanceTimersByTime(15_000);
		expect(text.out).toBe(
			'12:34:56 network    still creating aws_nat_gateway.this[0] (30 s; usually 1 to 3 min), and 1 more\n',
		);
		frontEnd.show({ ...resourceEvent, phase: 'done' });
		vi.advanceTimersByTime(30_000);
		expect(text.out.trimEnd().split('\n').at(-1)).toMatch(/still changing aws_eip.this \(45 s\)$/);
		frontEnd.end();
	});

	it('names the command instead of a resource that has only just started', () => {
		const { text, frontEnd } = follow([inNetwork]);
		frontEnd.show({ ...sampleEvents.command, argv: ['terraform', 'plan'], phase: 'started' });
		vi.advanceTimersByTime(29_500);
		const before = text.out.length;
		frontEnd.show({ ...resourceEvent, address: 'data.aws_ami.main', action: 'read' });
		vi.advanceTimersByTime(1_500);
		expect(text.out.slice(before)).toContain('terraform plan');
		expect(text.out.slice(before)).toContain('30 s');
		expect(text.out).not.toContain('data.aws_ami.main');
		frontEnd.end();
	});

	it('shows the elapsed time of the step if no resource is in progress', () => {
		const { text, frontEnd } = follow([inNetwork]);
		vi.advanceTimersByTime(30_000);
		expect(text.out).toBe('12:34:56 network    still working (30 s)\n');
		frontEnd.end();
	});

	it('names no resource of a step that has ended', () => {
		const { text, frontEnd } = follow([inNetwork, resourceEvent]);
		frontEnd.show({ type: 'step.failed', step: 'network', seconds: 1 });
		vi.advanceTimersByTime(31_000);
		expect(text.out).not.toContain('aws_nat_gateway');
		frontEnd.end();
	});

	it('leaves no timer after the run', () => {
		const { text, frontEnd } = follow([inNetwork]);
		frontEnd.end();
		expect(vi.getTimerCount()).toBe(0);
		vi.advanceTimersByTime(120_000);
		expect(text.out).toBe('');
	});
});
