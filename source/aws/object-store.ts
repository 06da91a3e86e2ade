import {
	DeleteObjectCommand,
	GetObjectCommand,
	ListObjectsV2Command,
	ListObjectVersionsCommand,
	PutObjectCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { WizardError } from '../engine/errors.ts';
import { convertAwsError, getAwsErrorCode, getAwsHttpStatus } from './aws-errors.ts';

/** Objects of a rekey, stored in the bucket of the installation and encrypted with its key. */
export interface ObjectStore {
	put(name: string, bytes: Buffer): Promise<void>;
	/** Undefined if there is no object with that name. */
	get(name: string): Promise<Buffer | undefined>;
	/** Includes the ETag by which `replace` detects other writers. */
	find(name: string): Promise<{ bytes: Buffer; etag: string } | undefined>;
	/**
	 * Writes only if the object still has that ETag, or is still absent.
	 *
	 * @returns The new ETag.
	 * @throws WizardError `locked` if another run has written it.
	 */
	replace(name: string, bytes: Buffer, etag: string | undefined): Promise<string>;
	/**
	 * Removes all versions that these credentials may remove: without s3:DeleteObjectVersion they
	 * stay behind a delete marker.
	 *
	 * @returns The number of versions that could not be removed; 0 if versions cannot be listed.
	 */
	remove(name: string): Promise<{ left: number }>;
	/** Names below the prefix that start with `start`, without those in subdirectories. */
	list(start: string): Promise<string[]>;
	/**
	 * Copies the object to another name, verifies the copy, and then removes the old name. In a
	 * versioned bucket the old object stays behind its delete marker.
	 */
	move(name: string, to: string): Promise<void>;
	/** The location as a URL: `s3://BUCKET/PREFIX`. */
	readonly place: string;
}

/**
 * @param prefix Ends with `/`.
 * @param kmsKey ID or ARN; '' uses the bucket's default key.
 */
export function createObjectStore(
	s3: S3Client,
	bucket: string,
	prefix: string,
	kmsKey: string,
): ObjectStore {
	const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
	const url = (name: string) => `s3://${bucket}/${prefix}${name}`;
	const written = (name: string, bytes: Buffer) => ({
		...at(name),
		Body: bytes,
		ServerSideEncryption: 'aws:kms' as const,
		...(kmsKey === '' ? {} : { SSEKMSKeyId: kmsKey }),
	});
	const find = async (name: string) => {
		try {
			const { Body, ETag = '' } = await s3.send(new GetObjectCommand(at(name)));
			return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), etag: ETag };
		} catch (thrown) {
			if (['NoSuchKey', 'NoSuchBucket', 'NotFound'].includes(getAwsErrorCode(thrown)))
				return undefined;
			throw convertAwsError(thrown, `read ${url(name)}`);
		}
	};
	return {
		find,
		place: `s3://${bucket}/${prefix}`,
		async put(name, bytes) {
			try {
				await s3.send(new PutObjectCommand(written(name, bytes)));
			} catch (thrown) {
				throw convertAwsError(thrown, `write ${url(name)}`);
			}
		},
		get: async (name) => (await find(name))?.bytes,
		async replace(name, bytes, etag) {
			const only = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
			try {
				const { ETag = '' } = await s3.send(
					new PutObjectCommand({ ...written(name, bytes), ...only }),
				);
				return ETag;
			} catch (thrown) {
				if (![409, 412].includes(getAwsHttpStatus(thrown) ?? 0))
					throw convertAwsError(thrown, `write ${url(name)}`);
				throw new WizardError('locked', {
					message: `${url(name)} was changed by another run.`,
					expected: 'one run at a time, on one computer',
					next: ['Find the other run, wait for it to end, then run the same command again.'],
					cause: thrown,
				});
			}
		},
		async list(start) {
			try {
				const names: string[] = [];
				let ContinuationToken: string | undefined;
				do {
					const page = await s3.send(
						new ListObjectsV2Command({
							...{ Bucket: bucket, Prefix: `${prefix}${start}`, Delimiter: '/' },
							...(ContinuationToken === undefined ? {} : { ContinuationToken }),
						}),
					);
					names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length)));
					ContinuationToken = page.NextContinuationToken;
				} while (ContinuationToken !== undefined);
				return names;
			} catch (thrown) {
				throw convertAwsError(thrown, `list ${url(start)}`);
			}
		},
		async move(name, to) {
			try {
				const bytes = (await find(name))?.bytes;
				if (bytes === undefined) return;
				await s3.send(new PutObjectCommand(written(to, bytes)));
				if (!(await find(to))?.bytes.equals(bytes))
					throw new Error(`${url(to)} does not match what was written`);
				await s3.send(new DeleteObjectCommand(at(name)));
			} catch (thrown) {
				throw convertAwsError(thrown, `move ${url(name)} to ${url(to)}`);
			}
		},
		async remove(name) {
			let left = 0;
			try {
				for (const VersionId of await versionsOf(s3, bucket, `${prefix}${name}`)) {
					const removed = await allowed(
						s3.send(new DeleteObjectCommand({ ...at(name), VersionId })),
					);
					if (!removed) left += 1;
				}
				await s3.send(new DeleteObjectCommand(at(name)));
				return { left };
			} catch (thrown) {
				throw convertAwsError(thrown, `remove ${url(name)}`);
			}
		},
	};
}

/** False if the credentials lack the permission; other errors are thrown. */
async function allowed(sent: Promise<unknown>): Promise<boolean> {
	try {
		await sent;
		return true;
	} catch (thrown) {
		if (getAwsHttpStatus(thrown) === 403) return false;
		throw thrown;
	}
}

/** In a versioned bucket an object is removed only with all its versions. */
async function versionsOf(s3: S3Client, bucket: string, key: string): Promise<string[]> {
	try {
		const { Versions = [] } = await s3.send(
			new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }),
		);
		return Versions.flatMap(({ Key, VersionId }) =>
			Key === key && VersionId !== undefined ? [VersionId] : [],
		);
	} catch (thrown) {
		if (getAwsHttpStatus(thrown) === 403) return [];
		throw thrown;
	}
}
