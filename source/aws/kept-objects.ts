import {
	DeleteObjectCommand,
	GetObjectCommand,
	PutObjectCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { awsCode, awsProblem } from './problem.ts';

/** Objects a ceremony keeps beside the installation, encrypted with its key. */
export interface KeptObjects {
	put(name: string, bytes: Buffer): Promise<void>;
	/** Undefined when there is none of that name. */
	get(name: string): Promise<Buffer | undefined>;
	remove(name: string): Promise<void>;
	/** As people name the place: `s3://BUCKET/PREFIX`. */
	readonly place: string;
}

/**
 * @param prefix Ends in `/`.
 * @param kmsKey Key or ARN; the bucket's default where it is ''.
 */
export function keptObjects(
	s3: S3Client,
	bucket: string,
	prefix: string,
	kmsKey: string,
): KeptObjects {
	const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
	const url = (name: string) => `s3://${bucket}/${prefix}${name}`;
	return {
		place: `s3://${bucket}/${prefix}`,
		async put(name, bytes) {
			try {
				await s3.send(
					new PutObjectCommand({
						...at(name),
						Body: bytes,
						ServerSideEncryption: 'aws:kms',
						...(kmsKey === '' ? {} : { SSEKMSKeyId: kmsKey }),
					}),
				);
			} catch (thrown) {
				throw awsProblem(thrown, `write ${url(name)}`);
			}
		},
		async get(name) {
			try {
				const { Body } = await s3.send(new GetObjectCommand(at(name)));
				return Buffer.from((await Body?.transformToByteArray()) ?? []);
			} catch (thrown) {
				if (['NoSuchKey', 'NotFound'].includes(awsCode(thrown))) return undefined;
				throw awsProblem(thrown, `read ${url(name)}`);
			}
		},
		async remove(name) {
			try {
				await s3.send(new DeleteObjectCommand(at(name)));
			} catch (thrown) {
				throw awsProblem(thrown, `remove ${url(name)}`);
			}
		},
	};
}
