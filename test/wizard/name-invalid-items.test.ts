import { describe, expect, it } from 'vitest';
import { findItemProblems, parseFieldValue } from '../../source/wizard/interview.ts';
import {
	createInterviewAt,
	interviewContext,
} from '../screens/every-question/interview-at-question.ts';

const LIST = 'settings.external_cidr_blocks';
const NOT_A_BLOCK = 'is not an IPv4 block in CIDR notation';

const problemOf = (key: string, value: unknown) =>
	parseFieldValue(createInterviewAt(key), interviewContext, key, value);

describe('the problem of a field', () => {
	it('names each invalid item of a list', () => {
		expect(problemOf(LIST, ['10.0.0.0/33', '10.0.0.0/8', 'hello'])).toEqual({
			problem: `"10.0.0.0/33" ${NOT_A_BLOCK}; "hello" ${NOT_A_BLOCK}`,
		});
	});

	it('names the invalid entry of a map', () => {
		const read = problemOf('settings.tags', { 'aws:owner': 'platform' });
		expect('problem' in read && read.problem).toContain('aws:owner');
	});
});

it('finds the problems of single items by position', () => {
	const found = findItemProblems(interviewContext, LIST, ['10.0.0.0/33', '10.0.0.0/8', 'hello']);
	expect([...found]).toEqual([
		[0, NOT_A_BLOCK],
		[2, NOT_A_BLOCK],
	]);
	expect(findItemProblems(interviewContext, LIST, ['10.0.0.0/8']).size).toBe(0);
});
