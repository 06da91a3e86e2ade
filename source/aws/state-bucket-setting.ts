import type { S3Client } from '@aws-sdk/client-s3';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { getAwsErrorCode } from './aws-errors.ts';

/** The required settings of the state bucket. */
export interface StateBucketOptions {
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
	holds(s3: S3Client, wishes: StateBucketOptions): Promise<boolean>;
	apply(s3: S3Client, wishes: StateBucketOptions): Promise<void>;
	/** A command that sets it and keeps the owner's other configuration. */
	fix(s3: S3Client, wishes: StateBucketOptions): Promise<string>;
}

export function formatS3ApiCommand(bucket: string, call: string, rest: string): string {
	return `aws s3api ${call} --bucket ${quoteShellWord(bucket)} ${rest}`;
}

/** A JSON document as one shell word. */
export function quoteJson(document: unknown): string {
	return quoteShellWord(JSON.stringify(document));
}

/** Returns undefined if the configuration does not exist, which S3 reports as an error. */
export async function undefinedIfMissing<T>(call: Promise<T>): Promise<T | undefined> {
	try {
		return await call;
	} catch (thrown) {
		const code = getAwsErrorCode(thrown);
		if (/^(NoSuch|ServerSideEncryptionConfigurationNotFound|OwnershipControlsNotFound)/.test(code))
			return undefined;
		throw thrown;
	}
}
