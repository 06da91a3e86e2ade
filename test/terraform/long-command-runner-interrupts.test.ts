import { describe, expect, it } from 'vitest';
import type { ResourceProgress } from '../../source/engine/events.ts';
import { InFlightOperations } from '../../source/terraform/long-command-runner.ts';

const SECOND = 1000;

function resource(
	address: string,
	phase: ResourceProgress['phase'],
	action: 'create' | 'read' = 'create',
): ResourceProgress {
	return { type: 'resource', address, action, phase, elapsedSeconds: 0 };
}

describe('an interrupt of an apply', () => {
	it('is sent at once when no resource is being created', () => {
		const inFlight = new InFlightOperations(0);
		inFlight.see(resource('data.aws_vpc.one', 'started', 'read'), 100 * SECOND);
		expect(inFlight.maySend(100 * SECOND, 100 * SECOND)).toBe(true);
	});

	it('waits until AWS has answered the most recent creation', () => {
		const inFlight = new InFlightOperations(0);
		inFlight.see(resource('aws_vpc.old', 'started'), 90 * SECOND);
		inFlight.see(resource('aws_vpc.young', 'started'), 100 * SECOND);
		expect(inFlight.maySend(101 * SECOND, 109.9 * SECOND)).toBe(false);
		inFlight.see(resource('aws_vpc.old', 'progress'), 110 * SECOND);
		expect(inFlight.maySend(101 * SECOND, 110 * SECOND)).toBe(true);
	});

	it('waits after a creation ends, because others may start', () => {
		for (const phase of ['done', 'failed'] as const) {
			const inFlight = new InFlightOperations(0);
			inFlight.see(resource('aws_vpc.one', 'started'), 90 * SECOND);
			inFlight.see(resource('aws_vpc.one', phase), 100 * SECOND);
			expect(inFlight.maySend(99 * SECOND, 100.9 * SECOND)).toBe(false);
			expect(inFlight.maySend(99 * SECOND, 101 * SECOND)).toBe(true);
		}
	});

	it('is sent after one minute at the latest', () => {
		const inFlight = new InFlightOperations(0);
		inFlight.see(resource('aws_vpc.one', 'started'), 159 * SECOND);
		expect(inFlight.maySend(100 * SECOND, 159.9 * SECOND)).toBe(false);
		expect(inFlight.maySend(100 * SECOND, 160 * SECOND)).toBe(true);
	});
});
