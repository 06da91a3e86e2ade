import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAwsClients } from '../../source/aws/clients.ts';
import { getBucketOwnership } from '../../source/aws/state-bucket.ts';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import { closeServer, listenOnFreePort } from '../helpers/local-server.ts';
import { getError } from '../terraform/helpers.ts';

const REGION = 'eu-west-1';

/** The response of S3 to HEAD, by bucket: the status and the bucket region. */
const answers: Readonly<Record<string, readonly [number, string?]>> = {
	'ours-here': [200, REGION],
	'ours-unsaid': [200],
	'ours-there': [200, 'us-west-2'],
	moved: [301, 'us-west-2'],
	foreign: [403, REGION],
	free: [404],
	expired: [400],
};

// A fake S3, because the practice cloud neither redirects nor expires tokens.
let asked: string[] = [];
const fakeS3 = createServer((request, response) => {
	const bucket = request.url?.split(/[/?]/)[1] ?? '';
	asked.push(`${request.method} ${bucket} ${request.headers['x-amz-expected-bucket-owner']}`);
	const [status, region] = answers[bucket] ?? [500];
	const headers = region === undefined ? {} : { 'x-amz-bucket-region': region };
	response.writeHead(status, headers).end();
});
let look: (bucket: string) => ReturnType<typeof getBucketOwnership>;

beforeAll(async () => {
	const port = await listenOnFreePort(fakeS3);
	const aws = createAwsClients(
		createCloudForPracticeEndpoint(`http://127.0.0.1:${port}`, 'ap-south-1'),
	);
	look = (bucket) => getBucketOwnership(aws.s3In(REGION), bucket, '123456789012');
});

afterAll(() => closeServer(fakeS3));

test.each([
	['ours-here', 'ours'],
	['ours-unsaid', 'ours'],
	['ours-there', 'elsewhere'],
	['moved', 'elsewhere'],
	['foreign', 'foreign'],
	['free', 'free'],
])('reports the bucket %s of the fake S3 as %s with one request', async (bucket, standing) => {
	asked = [];
	expect(await look(bucket)).toBe(standing);
	expect(asked).toEqual([`HEAD ${bucket} 123456789012`]);
});

test('reports an expired token as an error, not as a bucket in another region', async () => {
	const error = await getError(look('expired'));
	expect(error.fault).toBe('command');
	expect(error.message).toBe('Could not look up the bucket expired.');
	expect(error.facts.details?.join('\n')).toContain('an expired session token');
	expect(error.facts.next).toContain('aws sts get-caller-identity');
});
