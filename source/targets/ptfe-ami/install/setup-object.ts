import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getAwsErrorCode, toAwsError } from '../../../aws/aws-errors.ts';

/** The object that the instance reads at its first boot; it contains all secrets it needs. */
export const SETUP_OBJECT_KEY = 'tfe-setup-data';

interface SetupObject {
	text: string;
	encryption: string;
	/** ARN of its KMS key. */
	kmsKey: string;
}

/** Reads the setup object; undefined if the bucket or the object does not exist. */
export async function readSetupObject(
	s3: S3Client,
	bucket: string,
): Promise<SetupObject | undefined> {
	try {
		const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: SETUP_OBJECT_KEY }));
		return {
			text: (await answer.Body?.transformToString()) ?? '',
			encryption: answer.ServerSideEncryption ?? 'none',
			kmsKey: answer.SSEKMSKeyId ?? '',
		};
	} catch (thrown) {
		if (['NoSuchKey', 'NoSuchBucket', 'NotFound'].includes(getAwsErrorCode(thrown)))
			return undefined;
		throw toAwsError(thrown, `read s3://${bucket}/${SETUP_OBJECT_KEY}`);
	}
}

/** Writes it, encrypted with the installation's key. @throws WizardError if AWS refuses. */
export async function writeSetupObject(
	s3: S3Client,
	bucket: string,
	kmsKey: string,
	text: string,
): Promise<void> {
	try {
		await s3.send(
			new PutObjectCommand({
				Bucket: bucket,
				Key: SETUP_OBJECT_KEY,
				Body: text,
				ContentType: 'text/plain; charset=utf-8',
				ServerSideEncryption: 'aws:kms',
				SSEKMSKeyId: kmsKey,
			}),
		);
	} catch (thrown) {
		throw toAwsError(thrown, `write s3://${bucket}/${SETUP_OBJECT_KEY}`);
	}
}
