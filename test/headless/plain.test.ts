import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../source/engine/events.ts';
import { failedEvent } from '../../source/headless/failure.ts';
import { HEARTBEAT_SECONDS, type PlainOptions, plainText } from '../../source/headless/plain.ts';
import { captured, done, everyEvent, failure, plan, resource, started } from './support.ts';

const clock = () => new Date(2026, 2, 1, 12, 34, 56);

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

function follow(events: readonly EngineEvent[], options: Partial<PlainOptions> = {}) {
	const { text, streams } = captured();
	const frontEnd = plainText({ ...streams, clock, ...options });
	for (const event of events) frontEnd.show(event);
	return { text, frontEnd };
}

const inNetwork: EngineEvent = { type: 'step.started', step: 'network', title: 'Network' };

describe('lines', () => {
	it('carry the time and the step they are about', () => {
		const { text, frontEnd } = follow([
			started,
			inNetwork,
			{ type: 'note', step: 'network', level: 'info', text: 'about the step' },
			{ type: 'note', level: 'warning', text: 'about the run' },
			plan,
		]);
		frontEnd.end();
		expect(text.out.split('\n').slice(0, 4)).toEqual([
			'12:34:56 tfe-wizard session acme: preflight, network; folder /home/sessions/acme',
			'12:34:56 network    about the step',
			'12:34:56 tfe-wizard warning: about the run',
			'12:34:56 network    plan: 3 to create, 1 to change, 1 to replace, 1 to destroy',
		]);
		expect(text.err).toBe('');
	});

	it('of the end are a summary: outputs that say something, how long it took, what comes next', () => {
		const { text, frontEnd } = follow([done]);
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

	it('of a run that was to stop early say so', () => {
		const { text, frontEnd } = follow([{ ...done, until: 'network', outputs: {} }]);
		frontEnd.end();
		expect(text.out).toContain('Session acme stopped before network, as asked, after 3 min 28 s.');
		expect(text.out).not.toContain('Outputs');
	});

	it('of a failure go to standard error', () => {
		const { text, frontEnd } = follow([failedEvent(failure)]);
		frontEnd.end();
		expect(text.out).toBe('');
		expect(text.err).toMatch(/^Failed: terraform apply failed/);
		expect(text.err).toMatch(/exit code 5\n$/);
	});

	it('of practice all begin with its mark, whatever the event', () => {
		const { text, frontEnd } = follow(
			[...Object.values(everyEvent), inNetwork, failedEvent(failure), resource],
			{ mark: 'PRACTICE' },
		);
		vi.advanceTimersByTime(120_000);
		frontEnd.end();
		const lines = `${text.out}${text.err}`.split('\n').filter((line) => line !== '');
		expect(lines.length).toBeGreaterThan(30);
		expect(lines.filter((line) => !line.startsWith('PRACTICE '))).toEqual([]);
	});
});

describe('the sign of life', () => {
	it('comes at least every 30 seconds of silence, and never without need', () => {
		expect(HEARTBEAT_SECONDS).toBe(30);
		const { streams } = captured();
		const times: number[] = [Date.now()];
		const out = {
			write: () => {
				times.push(Date.now());
			},
		};
		const frontEnd = plainText({ ...streams, out, clock });
		frontEnd.show(inNetwork);
		vi.advanceTimersByTime(10 * 60_000);
		frontEnd.end();
		const silences = times.slice(1).map((time, index) => time - (times[index] ?? 0));
		expect(silences.length).toBeGreaterThanOrEqual(19);
		expect(Math.max(...silences)).toBeLessThanOrEqual(30_000);
		expect(Math.min(...silences)).toBeGreaterThanOrEqual(25_000);
	});

	it('comes in time also after a line between two looks at the clock', () => {
		const { text, frontEnd } = follow([inNetwork]);
		vi.advanceTimersByTime(500);
		frontEnd.show(everyEvent.note);
		vi.advanceTimersByTime(30_000);
		expect(text.out.trimEnd().split('\n')).toHaveLength(2);
		frontEnd.end();
	});

	it('also when something is said now and then', () => {
		const { text, frontEnd } = follow([inNetwork]);
		vi.advanceTimersByTime(20_000);
		frontEnd.show(everyEvent.note);
		vi.advanceTimersByTime(20_000);
		expect(text.out.trimEnd().split('\n')).toHaveLength(1);
		vi.advanceTimersByTime(10_000);
		expect(text.out.trimEnd().split('\n')).toHaveLength(2);
		frontEnd.end();
	});

	it('is not fooled by events that print nothing', () => {
		const { text, frontEnd } = follow([inNetwork]);
		for (let n = 0; n < 12; n += 1) {
			frontEnd.show({ ...resource, phase: 'progress' });
			vi.advanceTimersByTime(5_000);
		}
		expect(text.out.trimEnd().split('\n').length).toBeGreaterThanOrEqual(2);
		frontEnd.end();
	});

	it('names what has been under way longest, for how long, and how long it usually takes', () => {
		const { text, frontEnd } = follow([inNetwork]);
		frontEnd.show({ ...resource, usualSeconds: [60, 180] });
		vi.advanceTimersByTime(15_000);
		frontEnd.show({ ...resource, address: 'aws_eip.this', action: 'update' });
		vi.advanceTimersByTime(15_000);
		expect(text.out).toBe(
			'12:34:56 network    still creating aws_nat_gateway.this[0] (30 s; usually 1 to 3 min), and 1 more\n',
		);
		frontEnd.show({ ...resource, phase: 'done' });
		vi.advanceTimersByTime(30_000);
		expect(text.out.trimEnd().split('\n').at(-1)).toMatch(/still changing aws_eip.this \(45 s\)$/);
		frontEnd.end();
	});

	it('says how long the step has taken when nothing in particular is under way', () => {
		const { text, frontEnd } = follow([inNetwork]);
		vi.advanceTimersByTime(30_000);
		expect(text.out).toBe('12:34:56 network    still at it (30 s)\n');
		frontEnd.end();
	});

	it('forgets what was under way when the step ends', () => {
		const { text, frontEnd } = follow([inNetwork, resource]);
		frontEnd.show({ type: 'step.failed', step: 'network', seconds: 1 });
		vi.advanceTimersByTime(31_000);
		expect(text.out).not.toContain('aws_nat_gateway');
		frontEnd.end();
	});

	it('ends with the run: no timer is left', () => {
		const { text, frontEnd } = follow([inNetwork]);
		frontEnd.end();
		expect(vi.getTimerCount()).toBe(0);
		vi.advanceTimersByTime(120_000);
		expect(text.out).toBe('');
	});
});
