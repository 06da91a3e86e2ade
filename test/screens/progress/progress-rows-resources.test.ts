import { expect, it } from 'vitest';
import {
	estimateResourceMinutesLeft,
	sortSlowestFirst,
} from '../../../screens/progress/progress-rows.ts';
import type { ResourceInProgress } from '../../../source/wizard/wizard-view-model.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const one = (elapsed: number, usualSeconds?: readonly [number, number]): ResourceInProgress => ({
	address: `after ${elapsed}`,
	action: 'create',
	since: NOW - elapsed * 1000,
	usualSeconds,
});

it('sorts the slowest first and marks the late ones', () => {
	const standing = sortSlowestFirst([one(5), one(900, [480, 840]), one(60, [60, 180])], NOW);
	expect(standing.map(({ resource: { address }, late }) => [address, late])).toEqual([
		['after 900', true],
		['after 60', false],
		['after 5', false],
	]);
});

it.each<[string, readonly ResourceInProgress[], number | undefined]>([
	['nothing for no resources', [], undefined],
	['nothing when no usual time is known', [one(100)], undefined],
	['the time of the slowest resource', [one(492, [480, 840]), one(10, [60, 180]), one(3)], 6],
	['nothing when one is late', [one(900, [480, 840]), one(1, [60, 180])], undefined],
	['nothing for a matter of seconds', [one(1, [1, 15])], undefined],
])('estimates %s', (_, inFlight, minutes) => {
	expect(estimateResourceMinutesLeft(sortSlowestFirst(inFlight, NOW))).toBe(minutes);
});
