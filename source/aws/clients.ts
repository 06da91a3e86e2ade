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
import { type LimitableClient as Limited, withCallLimits } from './call-limits.ts';
import type { Cloud } from './cloud.ts';
import { type StopSignals, withStopSignals } from './stop-signals.ts';

/** AWS clients of one cloud, each created on first use. */
export interface AwsClients {
	readonly sts: STSClient;
	readonly ec2: EC2Client;
	readonly s3: S3Client;
	readonly ssm: SSMClient;
	readonly acm: ACMClient;
	readonly iam: IAMClient;
	readonly rds: RDSClient;
	readonly kms: KMSClient;
	readonly route53: Route53Client;
	/** An S3 client for another region, since the state bucket can be in another region. */
	s3In(region: string): S3Client;
}

/**
 * Creates clients that connect only to `cloud`, so that practice mode never uses the operator's
 * credentials. Every call and response is limited (`engine/limits.ts`).
 *
 * @param stop Signals that end their calls early.
 */
export function createAwsClients(cloud: Cloud, stop?: StopSignals): AwsClients {
	const common = {
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
	};
	const s3In = (region: string) =>
		// Redirects to other regions are not followed: the region of a bucket must be known.
		new S3Client({ ...common, region, forcePathStyle: cloud.endpoint !== undefined });
	const ready = <C extends Limited>(client: C): C =>
		withCallLimits(stop === undefined ? client : withStopSignals(client, stop), stop);
	const once = <C extends Limited>(make: () => C) => {
		let made: C | undefined;
		return () => {
			made ??= ready(make());
			return made;
		};
	};
	const sts = once(() => new STSClient(common));
	const ec2 = once(() => new EC2Client(common));
	const s3 = once(() => s3In(cloud.region));
	const ssm = once(() => new SSMClient(common));
	const acm = once(() => new ACMClient(common));
	const iam = once(() => new IAMClient(common));
	const rds = once(() => new RDSClient(common));
	const kms = once(() => new KMSClient(common));
	const route53 = once(() => new Route53Client(common));
	return {
		get sts() {
			return sts();
		},
		get ec2() {
			return ec2();
		},
		get s3() {
			return s3();
		},
		get ssm() {
			return ssm();
		},
		get acm() {
			return acm();
		},
		get iam() {
			return iam();
		},
		get rds() {
			return rds();
		},
		get kms() {
			return kms();
		},
		get route53() {
			return route53();
		},
		s3In: (region) => ready(s3In(region)),
	};
}
