import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../source/engine/events.ts';
import { formatPlanCounts } from '../../source/engine/format.ts';
import { formatEvent } from '../../source/reporters/format-event.ts';
import { planEvent, resourceEvent, runStartedEvent, sampleEvents } from './sample-events.ts';

it.each([
	['run.started', ['session acme: preflight, network; directory /home/sessions/acme']],
	['step.started', []],
	['step.skipped', ['nothing to do: there already']],
	['step.done', ['done in 1 min 15 s: vpc-1']],
	['step.failed', ['stopped after 3.2 s']],
	// A blocker is printed only at the end of the run.
	['check', []],
	['note', ['some words']],
	['command', ['terraform plan']],
	['change', ['done: bucket acme-state']],
	['resource', []],
	['diagnostic', ['warning: Limit exceeded  aws_eip.this  network.tf:3:1']],
	['interrupt', ['interrupt: waiting']],
	['run.done', []],
	['run.failed', []],
] as const)('prints %s as %j', (type, lines) => {
	expect(formatEvent(sampleEvents[type])).toEqual(lines);
});

it.each<[string, EngineEvent, string]>([
	['a resumed run', { ...runStartedEvent, resumed: true }, 'session acme, resumed: preflight'],
	['a warning', { type: 'note', level: 'warning', text: 'costs' }, 'warning: costs'],
	[
		'an unchanged resource',
		{ type: 'change', step: 'state', what: 'bucket', state: 'kept' },
		'unchanged: bucket',
	],
	[
		'a failed resource',
		{ ...resourceEvent, phase: 'failed', elapsedSeconds: 61 },
		'failed: aws_nat_gateway.this[0] after 1 min 1 s',
	],
	[
		'a diagnostic without a location',
		{
			type: 'diagnostic',
			step: 'network',
			diagnostic: { severity: 'warning', summary: 'Old syntax', detail: '' },
		},
		'warning: Old syntax',
	],
])('prints %s', (_, event, words) => {
	expect(formatEvent(event).join('\n')).toContain(words);
});

it('prints no Terraform error before the end of the run, which reports it in full', () => {
	const { diagnostic } = sampleEvents.diagnostic;
	const error = {
		...sampleEvents.diagnostic,
		diagnostic: { ...diagnostic, severity: 'error' as const },
	};
	expect(formatEvent(error)).toEqual([]);
});

describe('for checks, milestone', () => {
	const check = sampleEvents.check;

	it('prints nothing for passed checks', () => {
		expect(formatEvent({ ...check, result: 'pass' })).toEqual([]);
	});

	it('prints the severity, or unknown', () => {
		const first = (event: typeof check) => formatEvent(event)[0];
		expect(first({ ...check, severity: 'warning' })).toMatch(/^warning: account: /);
		expect(first({ ...check, severity: 'info' })).toMatch(/^info: account: /);
		expect(first({ ...check, result: 'unknown' })).toMatch(/^unknown: account: /);
	});

	it('prints the fix if there is one', () => {
		const warning = { ...check, severity: 'warning' as const };
		expect(formatEvent(warning)).toEqual([
			'warning: account: another account',
			'  fix: aws sso login',
		]);
		expect(formatEvent({ ...warning, fix: undefined })).toHaveLength(1);
	});

	it('prints nothing for a check that was skipped because of another', () => {
		expect(formatEvent({ ...check, result: 'unknown', blockedBy: 'credentials' })).toEqual([]);
	});
});

describe('for plans, milestone', () => {
	it('prints destroyed resources first, then changes, groups and the approval', () => {
		expect(formatEvent(planEvent)).toEqual([
			'plan: 3 to create, 1 to change, 1 to replace, 1 to destroy',
			'  destroys aws_vpc.old',
			'  destroys aws_subnet.a (will be replaced)',
			'  changes aws_db_instance.this',
			'  storage    1',
			'  network    3',
			'plan approved by --approve destroy; exactly this plan is applied',
		]);
	});

	it('prints one line for a plan without changes', () => {
		const counts = { create: 0, update: 0, delete: 0, replace: 0 };
		expect(formatEvent({ ...planEvent, counts, groups: [], updates: [], destroys: [] })).toEqual([
			'plan: no changes',
		]);
	});

	it('prints no approval for an unapproved plan', () => {
		expect(formatEvent({ ...planEvent, approvedBy: undefined }).join()).not.toContain('approved');
	});

	it('counts changes in words, and returns undefined for none', () => {
		expect(formatPlanCounts({ create: 24, update: 2, delete: 0, replace: 0 })).toBe(
			'24 to create, 2 to change',
		);
		expect(formatPlanCounts({ create: 0, update: 0, delete: 0, replace: 0 })).toBeUndefined();
	});
});
