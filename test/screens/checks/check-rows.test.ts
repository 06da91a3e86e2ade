import { describe, expect, test } from 'vitest';
import {
	type ChecksState,
	CONTINUE_ROW_ID,
	countChecks,
	getFocusableRowIds,
	getFocusedChecksRowId,
	initialChecksState,
	PASSED_ROW_ID,
} from '../../../screens/checks/check-rows.ts';
import { getChecksFooterKeys } from '../../../screens/checks-screen.tsx';
import { getKeyBinding } from '../../../screens/parts/key-bindings.ts';
import type { ChecksScreen } from '../../../source/wizard/wizard-view-model.ts';
import { getScreenModel } from '../screen-models.ts';

function checks(name: string): ChecksScreen {
	const { screen } = getScreenModel(name);
	if (screen.kind !== 'checks') throw new Error(`${name} is not a checks screen`);
	return screen;
}

test('counts every check once', () => {
	expect(countChecks(checks('checksBad').checks)).toEqual({
		blockers: 1,
		warnings: 2,
		infos: 0,
		unknown: 1,
		held: 0,
		passed: 36,
	});
	expect(countChecks(checks('checksBlocked').checks)).toMatchObject({
		blockers: 1,
		unknown: 0,
		held: 1,
	});
});

describe('the pointer', () => {
	const at = (name: string, state: Partial<ChecksState> = {}) =>
		getFocusedChecksRowId(checks(name), { ...initialChecksState, ...state });

	test('starts on "Continue" only when no check failed', () => {
		expect(at('checksPassed')).toBe(CONTINUE_ROW_ID);
		expect(at('checksWarned')).toBe('elastic-ip-quota');
		expect(at('checksBad')).toBe('certificate-region');
	});

	test('stays where it was moved, and leaves a check that is gone', () => {
		expect(at('checksBad', { focus: 'credentials-expire' })).toBe('credentials-expire');
		expect(at('checksBad', { focus: 'gone' })).toBe('certificate-region');
	});

	test('reaches "Continue" only when it is available, and passed checks only when shown', () => {
		expect(getFocusableRowIds(checks('checksBad'), false)).not.toContain(CONTINUE_ROW_ID);
		expect(getFocusableRowIds(checks('checksWarned'), false).slice(-2)).toEqual([
			PASSED_ROW_ID,
			CONTINUE_ROW_ID,
		]);
		expect(getFocusableRowIds(checks('checksWarned'), true)).toContain('terraform');
	});
});

describe('the footer', () => {
	const keys = (name: string, state: Partial<ChecksState> = {}, opened = false) =>
		getChecksFooterKeys(checks(name), { ...initialChecksState, ...state }, opened);

	test('names continue only when available, and the fix only when there is one', () => {
		expect(keys('checksBad')).not.toContain('checks.on');
		expect(keys('checksWarned')).toContain('checks.on');
		expect(keys('checksBad')).toContain('checks.fix');
		expect(keys('checksBad', { focus: 'can-delete-database' })).not.toContain('checks.fix');
	});

	test('names only existing keys, and always ctrl-c', () => {
		for (const ids of [keys('checksBad'), keys('checksPassed'), keys('checksBad', {}, true)]) {
			for (const id of ids) expect(() => getKeyBinding(id)).not.toThrow();
			expect(ids).toContain('interrupt');
		}
	});
});
