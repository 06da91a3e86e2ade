import type { S3Client } from '@aws-sdk/client-s3';
import { shellWord } from '../engine/shell-word.ts';
import { awsCode } from './problem.ts';

/** The required settings of the state bucket. */
export interface StateBucketWishes {
	bucket: string;
	/** ARN or ID of a KMS key; empty: the AWS managed key for S3. */
	kmsKeyId: string;
	/** Keys of the lock objects (`PREFIX/STACK.tfstate.tflock`). */
	lockKeys: readonly string[];
	/** Days until an old version of a lock object expires. Versions of state are never removed. */
	lockVersionsDays: number;
	/** See Cloud.tlsPolicyAction. */
	tlsPolicyAction: string;
	/** `aws`, `aws-us-gov`, `aws-cn`. */
	partition: string;
	/** Only for a bucket created by tfe-wizard; existing buckets need no tags. */
	tags?: Readonly<Record<string, string>>;
}

/** One setting of the bucket: how to check it, set it, and fix it manually. */
export interface StateBucketSetting {
	id: string;
	title: string;
	/** State is not safe without it; false: optional for an existing bucket. */
	required: boolean;
	holds(s3: S3Client, wishes: StateBucketWishes): Promise<boolean>;
	apply(s3: S3Client, wishes: StateBucketWishes): Promise<void>;
	/** A command that sets it and keeps the owner's other configuration. */
	fix(s3: S3Client, wishes: StateBucketWishes): Promise<string>;
}

export function api(bucket: string, call: string, rest: string): string {
	return `aws s3api ${call} --bucket ${shellWord(bucket)} ${rest}`;
}

/** A JSON document as one shell word. */
export function jsonWord(document: unknown): string {
	return shellWord(JSON.stringify(document));
}

/** Returns undefined if the configuration does not exist, which S3 reports as an error. */
export async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
	try {
		return await call;
	} catch (thrown) {
		const code = awsCode(thrown);
		if (/^(NoSuch|ServerSideEncryptionConfigurationNotFound|OwnershipControlsNotFound)/.test(code))
			return undefined;
		throw thrown;
	}
}
