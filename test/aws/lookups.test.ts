import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, test } from 'vitest';
import {
	collectPages,
	formatLookupError,
	mapConcurrently,
	sendLookupRequest,
} from '../../source/aws/lookups/lookup-requests.ts';
import { WizardError } from '../../source/engine/errors.ts';

const thrown = (name: string, message: string, others: object = {}) =>
	Object.assign(new Error(message), { name, ...others });
const ACTION = 'ec2:DescribeSubnets';

describe('the message of a failed lookup', () => {
	const arn = 'arn:aws:iam::123456789012:user/deploy';
	test.each([
		[
			'denied',
			thrown('UnauthorizedOperation', 'You are not authorized.'),
			/^denied: ec2:DescribeSubnets$/,
		],
		[
			'denied, and AWS names another action',
			thrown(
				'AccessDeniedException',
				`User: ${arn} is not authorized to perform: kms:ListKeys on *`,
			),
			/^denied: kms:ListKeys$/,
		],
		[
			'expired',
			thrown('ExpiredToken', 'The token has expired'),
			/credentials are missing, expired/,
		],
		[
			'out of reach',
			thrown('Error', 'getaddrinfo', { code: 'ENOTFOUND', hostname: 'ec2.example' }),
			/^ec2\.example was not found in DNS \(ENOTFOUND\)$/,
		],
		[
			'told to slow down',
			thrown('Throttling', 'Rate exceeded'),
			/failed: Throttling: Rate exceeded$/,
		],
		[
			'answered by something else',
			thrown('Error', 'parse error', { $metadata: { httpStatusCode: 502 } }),
			/^ec2:DescribeSubnets failed: status 502$/,
		],
		['in words already', new WizardError('command', { message: 'denied: x:Y' }), /^denied: x:Y$/],
		['too slow', new DOMException('', 'TimeoutError'), /^AWS did not respond in time$/],
		['stopped', AbortSignal.abort().reason, /^stopped$/],
		['no error at all', 'a string', /^ec2:DescribeSubnets failed: .*a string$/],
	])('describes the error: %s', (_, error, words) => {
		expect(formatLookupError(error, ACTION)).toMatch(words);
	});

	it('is short and on one line however long the AWS message is', () => {
		const words = formatLookupError(thrown('Odd', 'word\n'.repeat(100)), ACTION);
		expect(words.length).toBeLessThanOrEqual(120);
		expect(words).not.toContain('\n');
		expect(words).toMatch(/\.\.\.$/);
	});
});

describe('lookup requests', () => {
	const { signal } = new AbortController();

	it('keeps the AWS error as the cause', async () => {
		const cause = thrown('AccessDenied', 'no');
		const asked = sendLookupRequest(signal, ACTION, () => Promise.reject(cause));
		await expect(asked).rejects.toMatchObject({ message: `denied: ${ACTION}`, cause });
	});

	it('sends no request after the signal is aborted', async () => {
		let calls = 0;
		const stopped = sendLookupRequest(AbortSignal.abort(new Error('over')), ACTION, async () => {
			calls += 1;
		});
		await expect(stopped).rejects.toThrow('over');
		expect(calls).toBe(0);
	});

	test.each([
		[4, [1, 2, 3, 4], false],
		[5, [1, 2, 3, 4], false],
		[3, [1, 2, 3], true],
	])('reads %i of four items at most', async (limit, items, more) => {
		async function* pages() {
			yield* [[1, 2], undefined, [3, 4]];
		}
		const read = collectPages(signal, ACTION, pages, (page) => page, limit);
		expect(await read).toEqual({ items, more });
	});

	it('sends a limited number of requests at once and keeps the order', async () => {
		let [now, most] = [0, 0];
		const about = async (wait: number) => {
			most = Math.max(most, ++now);
			for (let turn = 0; turn < wait; turn++) await setImmediate();
			now -= 1;
			return wait;
		};
		const waits = [20, 1, 10, 5, 1, 15];
		expect(await mapConcurrently(waits, about, 3)).toEqual(waits);
		expect(most).toBe(3);
		await expect(mapConcurrently([1], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
	});
});
