import { describe, expect, it } from 'vitest';
import { convertAwsError } from '../../source/aws/aws-errors.ts';
import { type errorCodes, WizardError } from '../../source/engine/errors.ts';
import { createRunFailedEvent, formatFailure } from '../../source/reporters/format-failure.ts';
import { formatDiagnostic } from '../../source/terraform/failure-messages.ts';
import { sampleError } from './sample-events.ts';

const format = (error: WizardError) => formatFailure(createRunFailedEvent(error));

describe('a failure as text', () => {
	it('prints cause, location, details, log, next command and exit code in this order', () => {
		expect(format(sampleError)).toEqual([
			'Failed: terraform apply failed: 1 error.',
			'  where     acme.yaml:12:3',
			'  expected  everything made',
			'    aws_nat_gateway.this[0]',
			'    AWS reported: NatGatewayLimitExceeded',
			'    | for this zone',
			'  log       /logs/network/apply.jsonl',
			'  next      aws service-quotas list',
			'  or        tfe-wizard install --session acme',
			'  exit code 5',
		]);
	});

	it('marks external text so that it cannot imitate a line of the program', () => {
		const thrown = Object.assign(new Error('no\nFailed: fake\r\n  next  rm -rf /'), {
			name: 'InternalError',
		});
		const shown = format(convertAwsError(thrown, 'look up the subnets'));
		expect(shown.slice(1, 4)).toEqual([
			'    AWS reported: InternalError: no',
			'    | Failed: fake',
			'    |   next  rm -rf /',
		]);
	});

	it('marks the lines of a Terraform diagnostic', () => {
		const diagnostic = { severity: 'error', summary: 'no', detail: 'a\n\nFailed: fake' } as const;
		expect(formatDiagnostic(diagnostic)).toEqual(['Error: no', '  | a', '  |', '  | Failed: fake']);
	});

	it('omits unknown facts', () => {
		expect(format(new WizardError('usage', { message: 'No.' }))).toEqual([
			'Error: No.',
			'  next      tfe-wizard --help',
			'  exit code 2',
		]);
	});

	it('starts with a word for the kind of error', () => {
		const begins = (fault: keyof typeof errorCodes) =>
			format(new WizardError(fault, { message: 'X.' }))[0];
		expect(begins('answers')).toBe('Error: X.');
		expect(begins('refused')).toBe('Error: X.');
		expect(begins('internal')).toBe('Internal error: X.');
		expect(begins('timeout')).toBe('Failed: X.');
		expect(begins('cancelled')).toBe('Interrupted: X.');
	});
});

describe('a failure as an event', () => {
	it('contains every fact', () => {
		expect(createRunFailedEvent(sampleError)).toEqual({
			type: 'run.failed',
			fault: 'command',
			kind: 'outside',
			exitCode: 5,
			message: 'terraform apply failed: 1 error.',
			expected: 'everything made',
			details: ['aws_nat_gateway.this[0]', 'AWS reported: NatGatewayLimitExceeded\nfor this zone'],
			place: { file: 'acme.yaml', line: 12, column: 3 },
			log: '/logs/network/apply.jsonl',
			next: ['aws service-quotas list', 'tfe-wizard install --session acme'],
		});
	});

	it('contains missing answers as data', () => {
		const missing = [{ key: 'settings.fqdn', label: 'Name' }];
		expect(createRunFailedEvent(sampleError.with({ missing }))).toMatchObject({ missing });
		expect('missing' in createRunFailedEvent(sampleError)).toBe(false);
	});
});
