import { describe, expect, test } from 'vitest';
import { findDatabasePasswordProblem } from '../../../../source/targets/ptfe-ami/rules/database.ts';

describe('findDatabasePasswordProblem', () => {
	test.each(['abcdefgh', 'A-b_c:9d', 'x'.repeat(128)])('accepts %s', (password) => {
		expect(findDatabasePasswordProblem(password)).toBeUndefined();
	});
	test.each([
		['Zq7-x', 'too short'],
		['', 'too short'],
		['x'.repeat(129), '129 characters'],
		['with/slash', 'slash'],
		['with space', 'a space'],
		['trailing1\n', 'a line break'],
		['with"quote', 'unsupported character'],
		['with$dollar', 'unsupported character'],
		['pässword1', 'unsupported character'],
	])('rejects %j', (password, words) => {
		const problem = findDatabasePasswordProblem(password);
		expect(problem).toContain(words);
		if (password !== '') expect(problem).not.toContain(password);
	});
});
