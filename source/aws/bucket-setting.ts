import type { S3Client } from '@aws-sdk/client-s3';
import { shellWord } from '../engine/shell-word.ts';
import { awsCode } from './problem.ts';

/** What the bucket that holds state must be like. */
export interface StateBucketWishes {
	bucket: string;
	/** ARN or id of a KMS key; empty: the account's own key for S3. */
	kmsKeyId: string;
	/** Keys of the lock objects (`PREFIX/STACK.tfstate.tflock`). */
	lockKeys: readonly string[];
	/** Days until an old version of a lock object is removed. Versions of state are never touched. */
	lockVersionsDays: number;
	/** See Cloud.tlsPolicyAction. */
	tlsPolicyAction: string;
	/** `aws`, `aws-us-gov`, `aws-cn`. */
	partition: string;
	/** Only for a bucket of our own: nobody else's is asked to carry them. */
	tags?: Readonly<Record<string, string>>;
}

/** One property of the bucket: how to look at it, how to set it, how an operator would. */
export interface StateBucketSetting {
	id: string;
	title: string;
	/** Without it state is not safe; false: merely untidy, so an existing bucket passes without. */
	required: boolean;
	holds(s3: S3Client, wishes: StateBucketWishes): Promise<boolean>;
	apply(s3: S3Client, wishes: StateBucketWishes): Promise<void>;
	/** A command that leaves in place what else the owner has said of the bucket. */
	fix(s3: S3Client, wishes: StateBucketWishes): Promise<string>;
}

export function api(bucket: string, call: string, rest: string): string {
	return `aws s3api ${call} --bucket ${bucket} ${rest}`;
}

/** A document as one word of a shell. */
export function jsonWord(document: unknown): string {
	return shellWord(JSON.stringify(document));
}

/** "There is no such configuration" is an answer, not an error. */
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
