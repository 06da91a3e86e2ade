import { describe, expect, it } from 'vitest';
import { FaultMatcher, formatErrorResponse, parseAwsCall, parseFormAction } from './fault-rules.ts';

const signed = (service: string) =>
	`AWS4-HMAC-SHA256 Credential=practice/20260101/us-west-2/${service}/aws4_request, SignedHeaders=host`;
const call = (action: string) => ({ method: 'POST', path: '/', service: 'ec2', action });

describe('parsing a call', () => {
	it('reads the service and action from signature, target and query', () => {
		expect(parseAwsCall('POST', '/', { authorization: signed('rds') })).toMatchObject({
			service: 'rds',
			action: undefined,
		});
		expect(
			parseAwsCall('POST', '/', {
				authorization: signed('kms'),
				'x-amz-target': 'TrentService.CreateKey',
			}),
		).toMatchObject({ service: 'kms', action: 'CreateKey' });
		expect(parseAwsCall('GET', '/?Action=ListUsers&x=1', {})).toMatchObject({
			action: 'ListUsers',
		});
	});

	it('reads the action from any position in a form', () => {
		expect(parseFormAction(Buffer.from('Action=CreateVpc&Version=1'))).toBe('CreateVpc');
		expect(parseFormAction(Buffer.from('Version=1&Action=CreateVpc'))).toBe('CreateVpc');
		expect(parseFormAction(Buffer.from('SubAction=CreateVpc'))).toBeUndefined();
	});
});

describe('fault rules', () => {
	const fault = { fail: { code: 'Nope' } };

	it('apply once by default', () => {
		const counter = new FaultMatcher([{ action: 'A', fault }]);
		expect(['A', 'B', 'A'].map((action) => counter.take(call(action)))).toEqual([
			fault,
			undefined,
			undefined,
		]);
	});

	it('skip and repeat matching calls', () => {
		const counter = new FaultMatcher([{ action: 'A', skip: 1, times: 2, fault }]);
		const taken = ['A', 'A', 'A', 'A'].map((action) => counter.take(call(action)) !== undefined);
		expect(taken).toEqual([false, true, true, false]);
	});

	it('apply always with Infinity, and the first active rule wins', () => {
		const late = { delayMs: 1 };
		const counter = new FaultMatcher([
			{ action: 'A', fault },
			{ service: 'ec2', times: Number.POSITIVE_INFINITY, fault: late },
		]);
		expect([1, 2, 3].map(() => counter.take(call('A')))).toEqual([fault, late, late]);
	});

	it('match REST calls by method and path', () => {
		const counter = new FaultMatcher([{ method: 'PUT', path: /^\/bucket\/key/, fault }]);
		expect(counter.take({ method: 'GET', path: '/bucket/key' })).toBeUndefined();
		expect(counter.take({ method: 'PUT', path: '/bucket/other' })).toBeUndefined();
		expect(counter.take({ method: 'PUT', path: '/bucket/key?x' })).toBe(fault);
	});
});

describe('an error response', () => {
	it('has the format of the called service', () => {
		const body = (service: string, headers = {}) =>
			formatErrorResponse({ method: 'POST', path: '/', service }, headers, {
				code: 'A<B',
				message: 'm',
			}).body;
		expect(body('ec2')).toMatch(/^<Response><Errors><Error><Code>A&lt;B<\/Code><Message>m</);
		expect(body('rds')).toMatch(/^<ErrorResponse><Error><Type>Sender<\/Type><Code>A&lt;B</);
		expect(body('s3')).toMatch(/^<Error><Code>A&lt;B</);
		const json = { 'content-type': 'application/json' };
		expect(body('s3', json)).toMatch(/^<Error><Code>A&lt;B</);
		expect(JSON.parse(body('kms', { 'x-amz-target': 'T.A' }))).toEqual({
			__type: 'A<B',
			message: 'm',
		});
	});
});
