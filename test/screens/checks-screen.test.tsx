import { afterEach, describe, expect, test } from 'vitest';
import type { ChecksScreen, WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { expectToFit, unmountAll } from '../helpers/render-screen.tsx';
import {
	getModelNames,
	joinLines,
	joinWithoutWhitespace,
	renderFramed,
	TERMINAL_SIZES,
} from './checks/render-framed.tsx';
import { getScreenModel } from './screen-models.ts';

afterEach(unmountAll);

function withChecks(name: string, more: Partial<ChecksScreen>): WizardViewModel {
	const model = getScreenModel(name);
	return { ...model, screen: { ...(model.screen as ChecksScreen), ...more } };
}

describe.each(TERMINAL_SIZES)('at %i x %i', (columns, rows) => {
	test.each(getModelNames('checks'))('%s fits', async (name) => {
		const { frame, press } = await renderFramed(getScreenModel(name), [columns, rows]);
		expectToFit(frame(), columns, rows);
		await press('v');
		expectToFit(frame(), columns, rows);
		await press('enter', 'end', 'pageUp');
		expectToFit(frame(), columns, rows);
	});

	test('shows the worst check first, in full, with its fix', async () => {
		const { body } = await renderFramed(getScreenModel('checksBad'), [columns, rows]);
		const text = joinLines(body());
		expect(text).toContain('✗ 1 blocker');
		expect(text).toContain('▲ 2 warnings');
		expect(text).toContain('✓ 36 passed');
		expect(joinWithoutWhitespace(body())).toContain(
			'certificate/9f210000-0000-4000-8000-00000000000bisinus-east-1,theloadbalancerwillbeinus-west-2',
		);
		expect(text).toContain('--validation-method DNS');
		expect(text).toContain('Fix the blocker to continue');
	});
});

test('shows passed checks only after v', async () => {
	const { frame, press } = await renderFramed(getScreenModel('checksPassed'));
	expect(joinLines(frame())).not.toContain('OpenSSH_9.6p1');
	await press('v');
	expect(joinLines(frame())).toContain('OpenSSH_9.6p1');
	await press('v');
	expect(joinLines(frame())).not.toContain('OpenSSH_9.6p1');
});

test('names skipped checks and the check they depend on', async () => {
	const { frame } = await renderFramed(getScreenModel('checksBlocked'));
	expect(joinLines(frame())).toContain('certificate-covers skipped: depends on certificate-region');
	expect(joinLines(frame())).toContain('3 checks pending more answers');
});

describe('continuing', () => {
	test('is impossible with a blocker', async () => {
		const { press, guide } = await renderFramed(getScreenModel('checksBad'));
		await press('n', 'end', 'enter', 'escape');
		expect(guide.actions).not.toContainEqual({ type: 'on' });
	});

	test('works with n when only warnings are left', async () => {
		const { press, guide } = await renderFramed(getScreenModel('checksWarned'));
		await press('n');
		expect(guide.actions).toEqual([{ type: 'on' }]);
	});

	test('works with Enter only on "Continue" when there are warnings', async () => {
		const { press, guide } = await renderFramed(getScreenModel('checksWarned'));
		await press('enter', 'escape');
		expect(guide.actions).toEqual([]);
		await press('end', 'enter');
		expect(guide.actions).toEqual([{ type: 'on' }]);
	});

	test('works with Enter at once when all checks passed, and never with digits', async () => {
		const { press, guide } = await renderFramed(getScreenModel('checksPassed'));
		await press('1', '2');
		expect(guide.actions).toEqual([]);
		await press('enter');
		expect(guide.actions).toEqual([{ type: 'on' }]);
	});
});

test.each([['n'], ['R'], ['c'], ['enter']])(
	'%s while the first checks run says that they are running',
	async (key) => {
		const running = withChecks('checksPassed', {
			...{ checks: [], running: 1, canContinue: false, seconds: undefined },
		} as Partial<ChecksScreen>);
		const { press, guide, frame } = await renderFramed(running);
		expect(joinLines(frame())).not.toContain('still running');
		await press(key);
		expect(joinLines(frame())).toContain('The checks are still running.');
		expect(guide.actions).toEqual([]);
	},
);

test('n in an opened check says that checks are running', async () => {
	const running = withChecks('checksBad', { running: 1, canContinue: false });
	const { press, frame } = await renderFramed(running);
	await press('enter', 'n');
	expect(joinLines(frame())).toContain('The checks are still running.');
});

test('r repeats all checks, R the selected one', async () => {
	const { press, guide } = await renderFramed(getScreenModel('checksBad'));
	await press('r', 'j', 'R', 'G', 'R');
	expect(guide.actions).toEqual([{ type: 'recheck' }, { type: 'recheck', id: 'elastic-ip-quota' }]);
});

test('keeps the pointer on its check while others move', async () => {
	const { press, guide, rerender } = await renderFramed(getScreenModel('checksBad'));
	await press('j', 'j', 'R');
	expect(guide.actions.at(-1)).toEqual({ type: 'recheck', id: 'credentials-expire' });
	const { ChecksView } = await import('../../screens/checks-screen.tsx');
	const screen = getScreenModel('checksWarned').screen as ChecksScreen;
	await rerender(<ChecksView screen={screen} controller={guide} />);
	await press('R');
	expect(guide.actions.at(-1)).toMatchObject({ type: 'recheck' });
});

test('Escape and b go back', async () => {
	const { press, guide } = await renderFramed(getScreenModel('checksBad'));
	await press('escape', 'b');
	expect(guide.actions).toEqual([{ type: 'back' }, { type: 'back' }]);
});

describe('a check that is opened', () => {
	test('shows all details and closes with Escape', async () => {
		const { frame, press, guide } = await renderFramed(getScreenModel('checksBad'));
		await press('enter');
		const text = joinLines(frame());
		expect(text).toContain('The certificate is in the region of the load balancer');
		expect(text).toContain('blocker: nothing is installed while it fails');
		expect(text).not.toContain('elastic-ip-quota');
		await press('escape');
		expect(joinLines(frame())).toContain('elastic-ip-quota');
		expect(guide.actions).toEqual([]);
	});

	test('shows only the fix after c, as a shell command', async () => {
		const { frame, press } = await renderFramed(getScreenModel('checksBad'));
		await press('c');
		const text = joinLines(frame());
		expect(text).toContain(
			'aws acm request-certificate --region us-west-2 --domain-name \\ tfe.acme.example --validation-method DNS',
		);
		expect(text).not.toContain('blocker');
		expect(text).not.toContain('fix ');
	});

	test('closes when the check is gone', async () => {
		const { frame, press, guide, rerender } = await renderFramed(getScreenModel('checksBad'));
		await press('enter');
		const { ChecksView } = await import('../../screens/checks-screen.tsx');
		const screen = getScreenModel('checksPassed').screen as ChecksScreen;
		await rerender(<ChecksView screen={screen} controller={guide} />);
		expect(joinLines(frame())).toContain('12 passed');
	});
});

test('shows the elapsed time and what each running check does', async () => {
	const { frame } = await renderFramed(getScreenModel('checksRunning'));
	const text = joinLines(frame());
	expect(text).toContain('2 running');
	expect(text).toContain('4 s');
	expect(text).toContain('dry run of ami-0a1b2c3d4e5f60005');
	expect(text).toContain('Waiting for the checks to finish');
});

test('fits hundreds of failed checks and reaches the last', async () => {
	const [first] = (getScreenModel('checksBad').screen as ChecksScreen).checks;
	if (first === undefined) throw new Error('there is no check');
	const many = Array.from({ length: 300 }, (_, at) => ({ ...first, id: `check-${at}` }));
	const { frame, press, guide } = await renderFramed(
		withChecks('checksBad', { checks: many }),
		[60, 20],
	);
	await press('end');
	expectToFit(frame(), 60, 20);
	expect(joinLines(frame())).toContain('check-299');
	await press('R');
	expect(guide.actions).toEqual([{ type: 'recheck', id: 'check-299' }]);
});

test('draws only ASCII when asked to, with a distinct sign for every state', async () => {
	const env = { LANG: 'C', TERM: 'xterm' };
	const { frame } = await renderFramed(getScreenModel('checksBad'), [80, 24], env);
	expect(frame().join('')).toMatch(/^[\x20-\x7E]*$/);
	const text = joinLines(frame());
	for (const part of ['x 1 blocker', '! 2 warnings', '? 1 unknown', '+ 36 passed']) {
		expect(text).toContain(part);
	}
});
