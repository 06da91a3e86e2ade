import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../source/engine/events.ts';
import { countsInWords, milestone } from '../../source/headless/milestone.ts';
import { everyEvent, plan, resource, started } from './support.ts';

it.each([
	['run.started', ['session acme: preflight, network; folder /home/sessions/acme']],
	['step.started', []],
	['step.skipped', ['nothing to do: there already']],
	['step.done', ['done in 1 min 15 s: vpc-1']],
	['step.failed', ['stopped after 3.2 s']],
	// A blocker is told once, at the end of the run.
	['check', []],
	['note', ['some words']],
	['command', ['terraform plan']],
	['change', ['made: bucket acme-state']],
	['resource', []],
	['diagnostic', ['warning: Limit exceeded  aws_eip.this  network.tf:3:1']],
	['interrupt', ['interrupt: waiting']],
	['run.done', []],
	['run.failed', []],
] as const)('%s reads %j', (type, lines) => {
	expect(milestone(everyEvent[type])).toEqual(lines);
});

it.each<[string, EngineEvent, string]>([
	['a resumed run', { ...started, resumed: true }, 'session acme, resumed: preflight'],
	['a warning', { type: 'note', level: 'warning', text: 'costs' }, 'warning: costs'],
	[
		'what was there',
		{ type: 'change', step: 'state', what: 'bucket', state: 'kept' },
		'as it should be: bucket',
	],
	[
		'a failed resource',
		{ ...resource, phase: 'failed', elapsedSeconds: 61 },
		'failed: aws_nat_gateway.this[0] after 1 min 1 s',
	],
	[
		'a diagnostic without a place',
		{
			type: 'diagnostic',
			step: 'network',
			diagnostic: { severity: 'warning', summary: 'Old syntax', detail: '' },
		},
		'warning: Old syntax',
	],
])('%s is told', (_, event, words) => {
	expect(milestone(event).join('\n')).toContain(words);
});

it('an error of terraform is left to the end of the run, which tells it whole', () => {
	const { diagnostic } = everyEvent.diagnostic;
	const error = {
		...everyEvent.diagnostic,
		diagnostic: { ...diagnostic, severity: 'error' as const },
	};
	expect(milestone(error)).toEqual([]);
});

describe('checks', () => {
	const check = everyEvent.check;

	it('that pass are no news', () => {
		expect(milestone({ ...check, result: 'pass' })).toEqual([]);
	});

	it('are told by severity, or as unknown', () => {
		const first = (event: typeof check) => milestone(event)[0];
		expect(first({ ...check, severity: 'warning' })).toMatch(/^warning: account: /);
		expect(first({ ...check, severity: 'info' })).toMatch(/^info: account: /);
		expect(first({ ...check, result: 'unknown' })).toMatch(/^unknown: account: /);
	});

	it('name the fix where there is one', () => {
		const warning = { ...check, severity: 'warning' as const };
		expect(milestone(warning)).toEqual([
			'warning: account: another account',
			'  fix: aws sso login',
		]);
		expect(milestone({ ...warning, fix: undefined })).toHaveLength(1);
	});

	it('that could not be made for want of another are left to the end of the run', () => {
		expect(milestone({ ...check, result: 'unknown', blockedBy: 'credentials' })).toEqual([]);
	});
});

describe('plans', () => {
	it('say what is destroyed before all else, then what changes, the groups, who approved', () => {
		expect(milestone(plan)).toEqual([
			'plan: 3 to create, 1 to change, 1 to replace, 1 to destroy',
			'  destroys aws_vpc.old',
			'  destroys aws_subnet.a (will be replaced)',
			'  changes aws_db_instance.this',
			'  storage    1',
			'  network    3',
			'plan approved by --approve destroy; exactly this plan is applied',
		]);
	});

	it('without changes are one line', () => {
		const counts = { create: 0, update: 0, delete: 0, replace: 0 };
		expect(milestone({ ...plan, counts, groups: [], updates: [], destroys: [] })).toEqual([
			'plan: nothing to change',
		]);
	});

	it('that nobody approved name nobody', () => {
		expect(milestone({ ...plan, approvedBy: undefined }).join()).not.toContain('approved');
	});

	it('are counted in words, nothing as nothing', () => {
		expect(countsInWords({ create: 24, update: 2, delete: 0, replace: 0 })).toBe(
			'24 to create, 2 to change',
		);
		expect(countsInWords({ create: 0, update: 0, delete: 0, replace: 0 })).toBeUndefined();
	});
});
