import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildQuestionTree, findClosestKey } from '../../source/engine/answers/question-tree.ts';
import { editDistance, findClosestMatch } from '../../source/engine/closest-match.ts';
import { sampleCatalogue } from './answers/sample-catalogue.ts';

describe('editDistance', () => {
	it.each([
		['', '', 0],
		['fqdn', 'fqdn', 0],
		['fqd', 'fqdn', 1],
		['fqnd', 'fqdn', 1],
		['fxdn', 'fqdn', 1],
		['ca', 'abc', 3],
		['kitten', 'sitting', 3],
	])('returns the distance from %j to %j: %i', (a, b, distance) => {
		expect(editDistance(a, b)).toBe(distance);
		expect(editDistance(b, a)).toBe(distance);
	});

	it('is a metric, and a limit only caps it', () => {
		const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
		fc.assert(
			fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, limit) => {
				const distance = editDistance(a, b);
				expect(distance === 0).toBe(a === b);
				expect(distance).toBe(editDistance(b, a));
				expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
				expect(editDistance(a, b, limit)).toBe(distance > limit ? limit + 1 : distance);
			}),
		);
	});
});

describe('nearest', () => {
	it('returns the nearest word, or undefined when none is near', () => {
		expect(findClosestMatch('regoin', ['region', 'reason'])).toBe('region');
		expect(findClosestMatch('--anwsers', ['--answers', '--home'])).toBe('--answers');
		expect(findClosestMatch('zzz', ['region', 'reason'])).toBeUndefined();
		expect(findClosestMatch('', ['region'])).toBeUndefined();
	});
});

describe('nearestKey', () => {
	const outline = buildQuestionTree(sampleCatalogue);
	it.each([
		['settings', 'fqd', 'settings.fqdn'],
		['', 'fqdn', 'settings.fqdn'],
		['', 'settings.fqdn', 'settings.fqdn'],
		['settings', 'settings.fqdn', 'settings.fqdn'],
		['state.s3', 'cidr', 'network.create.cidr'],
		['', 'vpc_name', 'network.create.name'],
		['', 'Region', 'region'],
		['', 'verison', 'version'],
		['network', 'exist', 'network.existing'],
		['settings', 'subnet_id', 'network.existing.subnet_ids'],
		['settings', 'qqqqqqqq', undefined],
	])('resolves %j, %j to %s', (parent, segment, key) => {
		expect(findClosestKey(parent, segment, outline)).toBe(key);
	});
});
