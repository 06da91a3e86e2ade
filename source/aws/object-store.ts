import {
	DeleteObjectCommand,
	GetObjectCommand,
	ListObjectVersionsCommand,
	PutObjectCommand,
	paginateListObjectsV2,
	type S3Client,
} from '@aws-sdk/client-s3';
import { WizardError } from '../engine/errors.ts';
import {
	convertAwsError,
	getAwsHttpStatus,
	MISSING_OBJECT,
	undefinedIfMissing,
	withAwsErrors,
} from './aws-errors.ts';

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
	const find = (name: string) =>
		withAwsErrors(`read ${url(name)}`, undefinedIfMissing(read(name), MISSING_OBJECT));
	const read = async (name: string) => {
		const { Body, ETag = '' } = await s3.send(new GetObjectCommand(at(name)));
		return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), etag: ETag };
	};
	const list = async (start: string) => {
		const input = { Bucket: bucket, Prefix: `${prefix}${start}`, Delimiter: '/' };
		const names: string[] = [];
		for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input))
			names.push(...Contents.map(({ Key = '' }) => Key.slice(prefix.length)));
		return names;
	};
	const move = async (name: string, to: string) => {
		const bytes = (await find(name))?.bytes;
		if (bytes === undefined) return;
		await s3.send(new PutObjectCommand(written(to, bytes)));
		if (!(await find(to))?.bytes.equals(bytes))
			throw new Error(`${url(to)} does not match what was written`);
		await s3.send(new DeleteObjectCommand(at(name)));
	};
	const remove = async (name: string) => {
		let left = 0;
		for (const VersionId of await versionsOf(s3, bucket, `${prefix}${name}`)) {
			const call = s3.send(new DeleteObjectCommand({ ...at(name), VersionId }));
			if ((await undefinedIfDenied(call)) === undefined) left += 1;
		}
		await s3.send(new DeleteObjectCommand(at(name)));
		return { left };
	};
	return {
		find,
		place: `s3://${bucket}/${prefix}`,
		async put(name, bytes) {
			await withAwsErrors(
				`write ${url(name)}`,
				s3.send(new PutObjectCommand(written(name, bytes))),
			);
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
		list: (start) => withAwsErrors(`list ${url(start)}`, list(start)),
		move: (name, to) => withAwsErrors(`move ${url(name)} to ${url(to)}`, move(name, to)),
		remove: (name) => withAwsErrors(`remove ${url(name)}`, remove(name)),
	};
}

/** Undefined if the credentials lack the permission; other errors are thrown. */
async function undefinedIfDenied<T>(call: Promise<T>): Promise<T | undefined> {
	try {
		return await call;
	} catch (thrown) {
		if (getAwsHttpStatus(thrown) === 403) return undefined;
		throw thrown;
	}
}

/** In a versioned bucket an object is removed only with all its versions. */
async function versionsOf(s3: S3Client, bucket: string, key: string): Promise<string[]> {
	const list = s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
	const { Versions = [] } = (await undefinedIfDenied(list)) ?? {};
	return Versions.flatMap(({ Key, VersionId }) =>
		Key === key && VersionId !== undefined ? [VersionId] : [],
	);
}
