import { ACMClient } from '@aws-sdk/client-acm';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { limits } from '../engine/limits.ts';
import { type LimitableClient, type StopSignals, withCallLimits } from './call-limits.ts';
import type { Cloud } from './cloud.ts';

const clientClasses = {
	sts: STSClient,
	ec2: EC2Client,
	s3: S3Client,
	ssm: SSMClient,
	acm: ACMClient,
	iam: IAMClient,
	rds: RDSClient,
	kms: KMSClient,
	route53: Route53Client,
};

/** AWS clients of one cloud, each created on first use. */
export type AwsClients = {
	readonly [Name in keyof typeof clientClasses]: InstanceType<(typeof clientClasses)[Name]>;
} & {
	/** An S3 client for another region, since the state bucket can be in another region. */
	s3In(region: string): S3Client;
};

/**
 * Creates clients that connect only to `cloud`, so that practice mode never uses the operator's
 * credentials. Every call and response is limited (`engine/limits.ts`).
 *
 * @param stop Signals that end their calls early.
 */
export function createAwsClients(cloud: Cloud, stop?: StopSignals): AwsClients {
	const options = {
		region: cloud.region,
		maxAttempts: 4,
		requestHandler: {
			connectionTimeout: limits.awsConnectMs,
			socketTimeout: limits.awsSilenceMs,
			requestTimeout: limits.awsAttemptMs,
			throwOnRequestTimeout: true,
		},
		...(cloud.endpoint === undefined ? {} : { endpoint: cloud.endpoint }),
		...(cloud.credentials === undefined ? {} : { credentials: cloud.credentials }),
		// Only S3 reads it.
		forcePathStyle: cloud.endpoint !== undefined,
	};
	const clients = {
		// Redirects of S3 to other regions are not followed: the region of a bucket must be known.
		s3In: (region: string) => withCallLimits(new S3Client({ ...options, region }), stop),
	};
	for (const [name, Client] of Object.entries(clientClasses)) {
		let client: LimitableClient | undefined;
		Object.defineProperty(clients, name, {
			get: () => {
				client ??= withCallLimits(new Client(options), stop);
				return client;
			},
		});
	}
	return clients as AwsClients;
}
