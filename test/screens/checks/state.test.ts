import { describe, expect, test } from 'vitest';
import { footerKeys } from '../../../screens/checks/keys.ts';
import {
	type ChecksState,
	focusable,
	initialChecks,
	ON,
	PASSED,
	standing,
	tally,
} from '../../../screens/checks/state.ts';
import { bindingOf } from '../../../screens/parts/keys.ts';
import type { ChecksScreen } from '../../../source/engine/guide/model.ts';
import { modelNamed } from '../models.ts';

function checks(name: string): ChecksScreen {
	const { screen } = modelNamed(name);
	if (screen.kind !== 'checks') throw new Error(`${name} shows no checks`);
	return screen;
}

test('every check is counted once', () => {
	expect(tally(checks('checksBad').checks)).toEqual({
		blockers: 1,
		warnings: 2,
		infos: 0,
		unknown: 1,
		held: 0,
		passed: 36,
	});
	expect(tally(checks('checksBlocked').checks)).toMatchObject({ blockers: 1, unknown: 0, held: 1 });
});

describe('the pointer', () => {
	const at = (name: string, state: Partial<ChecksState> = {}) =>
		standing(checks(name), { ...initialChecks, ...state });

	test('begins on "go on" only when nothing is bad', () => {
		expect(at('checksPassed')).toBe(ON);
		expect(at('checksWarned')).toBe('elastic-ip-quota');
		expect(at('checksBad')).toBe('certificate-region');
	});

	test('stays where it was put, and leaves what is gone', () => {
		expect(at('checksBad', { focus: 'credentials-expire' })).toBe('credentials-expire');
		expect(at('checksBad', { focus: 'gone' })).toBe('certificate-region');
	});

	test('finds "go on" only when it goes on, and passed checks only when they show', () => {
		expect(focusable(checks('checksBad'), false)).not.toContain(ON);
		expect(focusable(checks('checksWarned'), false).slice(-2)).toEqual([PASSED, ON]);
		expect(focusable(checks('checksWarned'), true)).toContain('terraform');
	});
});

describe('the footer', () => {
	const keys = (name: string, state: Partial<ChecksState> = {}, opened = false) =>
		footerKeys(checks(name), { ...initialChecks, ...state }, opened);

	test('names going on only where it goes on, and the fix only where there is one', () => {
		expect(keys('checksBad')).not.toContain('checks.on');
		expect(keys('checksWarned')).toContain('checks.on');
		expect(keys('checksBad')).toContain('checks.fix');
		expect(keys('checksBad', { focus: 'can-delete-database' })).not.toContain('checks.fix');
	});

	test('names only keys there are, and always the way out', () => {
		for (const ids of [keys('checksBad'), keys('checksPassed'), keys('checksBad', {}, true)]) {
			for (const id of ids) expect(() => bindingOf(id)).not.toThrow();
			expect(ids).toContain('interrupt');
		}
	});
});
