import { describe, expect, test } from 'vitest';
import { parseTextDiagnostics, stripStderrFormatting } from '../../source/terraform/diagnostics.ts';
import {
	type CommandFailure,
	createFailureError,
	formatLockAge,
	parseStateLockedError,
} from '../../source/terraform/failure-messages.ts';
import { parseJsonMessage } from '../../source/terraform/json-messages.ts';
import { readFixtureLines } from './helpers.ts';

function failed(name: string, more: Partial<CommandFailure> = {}) {
	const diagnostics = readFixtureLines(name).flatMap((line) => {
		const event = parseJsonMessage(line);
		return event.type === 'diagnostic' ? [event.diagnostic] : [];
	});
	const label = name.split(/[-.]/)[0] ?? '';
	return createFailureError({
		label,
		folder: '/srv/my stack',
		diagnostics,
		stderr: '',
		exitCode: 1,
		interrupted: false,
		...more,
	});
}

test('reports a held lock with owner, operation, age and next commands', () => {
	const error = failed('plan-locked.jsonl');
	expect(error).toMatchObject({ fault: 'locked', exitCode: 7 });
	expect(error.message).toMatch(/^The state is locked by \S+@\S+ for apply, .+ ago\.$/);
	expect(error.facts.next?.[1]).toMatch(
		/terraform -chdir='\/srv\/my stack' force-unlock [\da-f-]{36}$/,
	);
});

describe('lock info', () => {
	const detail = [
		'Error message: operation error S3: PutObject, https response error StatusCode: 412',
		'Lock Info:',
		'  ID:        95658f18-0e96-1050-1734-29af25c9a129',
		'  Path:      bucket/key/terraform.tfstate',
		'  Operation: OperationTypePlan',
		'  Who:       ada@laptop',
		'  Version:   1.11.4',
		'  Created:   2026-01-31 19:40:32.322661398 +0000 UTC',
		'  Info:      ',
		'',
		'Terraform acquires a state lock to protect the state',
	].join('\n');

	test('is shown field by field, with the age relative to the given time', () => {
		const error = parseStateLockedError(detail, '/x', new Date('2026-01-31T21:10:32Z'));
		expect(error?.message).toBe('The state is locked by ada@laptop for plan, 90 minutes ago.');
		expect(error?.facts.details).toEqual([
			'Owner: ada@laptop',
			'Operation: plan',
			'Created: 2026-01-31T19:40:32.322Z (90 minutes ago)',
			'Lock: 95658f18-0e96-1050-1734-29af25c9a129',
			'Path: bucket/key/terraform.tfstate',
			'Terraform: 1.11.4',
		]);
	});

	test('of the http backend contains only the ID of the other lock', () => {
		const detail =
			'Error message: HTTP remote state already locked: ID=theirs\nLock Info:\n  ID:        ours\n  Who:       me@here\n';
		const error = parseStateLockedError(detail, '/f');
		expect(error?.message).toBe('The state is locked by an unknown owner.');
		expect(JSON.stringify(error?.facts)).not.toContain('me@here');
		expect(error?.facts.details).toContain('Lock: theirs');
		expect(error?.facts.next?.at(-1)).toContain('--unlock theirs');
	});

	test('is undefined when acquiring the lock failed for another reason', () => {
		expect(parseStateLockedError('Error message: AccessDenied', '/x')).toBeUndefined();
		const error = createFailureError({
			label: 'plan',
			folder: '/x',
			diagnostics: [
				{
					severity: 'error',
					summary: 'Error acquiring the state lock',
					detail: 'Error message: AccessDenied',
				},
			],
			stderr: '',
			exitCode: 1,
			interrupted: false,
		});
		expect(error.fault).toBe('command');
	});

	test.each([
		[1, '1 second'],
		[119, '119 seconds'],
		[120, '2 minutes'],
		[7_200, '2 hours'],
		[200_000, '2 days'],
		[-5, '0 seconds'],
	])('formats %i seconds as %s', (seconds, words) => {
		expect(formatLockAge(new Date(0), new Date(seconds * 1000))).toBe(words);
	});
});

test.each([
	['apply-stale.jsonl', 'refused', 'is stale', 'Plan again'],
	['apply-unsaved.jsonl', 'command', 'errored.tfstate', 'state push errored.tfstate'],
	[
		'init-backend-changed.jsonl',
		'refused',
		'has changed since the last terraform init',
		'-migrate-state',
	],
	[
		'plan-backend-changed.jsonl',
		'refused',
		'has changed since the last terraform init',
		'-migrate-state',
	],
	['init-unreachable.jsonl', 'command', 'no provider mirror is set', 'providers mirror'],
] as const)('explains the failure in %s', (name, fault, message, next) => {
	const error = failed(name);
	expect(error.fault).toBe(fault);
	expect(error.message).toContain(message);
	expect(error.facts.next?.join('\n')).toContain(next);
	expect(error.facts.details?.length).toBeGreaterThan(1);
});

test('names a mirror that lacks the provider', () => {
	const error = failed('init-empty-mirror.jsonl', { pluginDir: '/mirror' });
	expect(error.message).toContain('the mirror /mirror');
	expect(error.facts.details?.join('\n')).toContain('was not found in any of the search locations');
});

test('reports a failed resource with address, location, snippet and detail', () => {
	const error = failed('apply-failed.jsonl');
	expect(error.message).toBe(
		'terraform apply failed at terraform_data.bad: local-exec provisioner error.',
	);
	expect(error.facts.details).toEqual([
		'Error: local-exec provisioner error',
		'  at terraform_data.bad, main.tf:3:28',
		'  |   provisioner "local-exec" {',
		"  | Error running command 'echo out; exit 7': exit status 7. Output: out",
	]);
});

test('reports an interrupt as cancelled, regardless of the errors it caused', () => {
	expect(failed('apply-interrupted.jsonl', { interrupted: true })).toMatchObject({
		fault: 'cancelled',
		exitCode: 130,
	});
	// An unsaved state takes precedence.
	expect(failed('apply-unsaved.jsonl', { interrupted: true }).fault).toBe('command');
});

test('reports a state that is only in the log', () => {
	const error = failed('apply-state-dump.jsonl', { stateDump: 'unsaved', log: '/logs/a.jsonl' });
	expect(error.message).toContain('only in its log');
	expect(error.facts.next?.[0]).toContain('/logs/a.jsonl');
	expect(JSON.stringify(error.facts)).not.toContain('canary-in-state');
});

test('recognizes a full disk', () => {
	const diagnostics = [
		{
			severity: 'error' as const,
			summary: 'Failed to save state',
			detail: 'write terraform.tfstate: no space left on device',
		},
	];
	const error = createFailureError({
		label: 'apply',
		folder: '/x',
		diagnostics,
		stderr: '',
		exitCode: 1,
		interrupted: false,
	});
	expect(error.message).toBe('The disk became full during terraform apply.');
});

test('reports the exit code, the signal or an unknown result without a diagnostic', () => {
	const base = { label: 'apply', folder: '/x', diagnostics: [], stderr: '', interrupted: false };
	expect(createFailureError({ ...base, exitCode: 2 }).message).toContain('exit code 2');
	expect(createFailureError({ ...base, signal: 'SIGKILL' }).message).toContain(
		'terminated by SIGKILL',
	);
	expect(createFailureError(base).message).toContain('its result is unknown');
	expect(
		createFailureError({ ...base, exitCode: 11, stderr: 'panic: nil map\n\ngoroutine 1' }).message,
	).toContain('panic: nil map');
});

describe('standard error', () => {
	const noise = [
		'There are some problems with the CLI configuration:',
		'╷',
		'│ Warning: Unable to open CLI configuration file',
		'│ ',
		'│ The CLI configuration file at "/nowhere/.terraformrc" does not exist.',
		'╵',
		'',
	].join('\n');

	test('is empty after the CLI configuration warning is removed', () => {
		expect(stripStderrFormatting(noise)).toBe('');
		expect(parseTextDiagnostics(noise)).toEqual([]);
	});

	test('with boxes and colors is parsed into diagnostics with a location', () => {
		const box =
			'\u001b[31m╷\u001b[0m\n│ \u001b[31mError: \u001b[0mInvalid expression\n│ \n│   on main.tf line 2, in resource "x" "y":\n│    2:   input = \n│ \n│ Expected the start of an expression.\n│ Really.\n╵\n';
		expect(parseTextDiagnostics(noise + box)).toEqual([
			{
				severity: 'error',
				summary: 'Invalid expression',
				range: 'main.tf:2:1',
				snippet: '  input =',
				detail: 'Expected the start of an expression.\nReally.',
			},
		]);
	});

	test('without a heading is parsed as one error', () => {
		expect(
			parseTextDiagnostics(`${noise}\nFailed to unlock state: LocalState not locked\n`),
		).toEqual([
			{ severity: 'error', summary: 'Failed to unlock state: LocalState not locked', detail: '' },
		]);
	});
});
