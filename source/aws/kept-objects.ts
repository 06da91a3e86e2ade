import {
	DeleteObjectCommand,
	GetObjectCommand,
	ListObjectsV2Command,
	ListObjectVersionsCommand,
	PutObjectCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { WizardError } from '../engine/errors.ts';
import { awsCode, awsProblem, awsStatus } from './problem.ts';

/** Objects a ceremony keeps beside the installation, encrypted with its key. */
export interface KeptObjects {
	put(name: string, bytes: Buffer): Promise<void>;
	/** Undefined when there is none of that name. */
	get(name: string): Promise<Buffer | undefined>;
	/** With the mark by which `replace` knows that nobody else has written since. */
	find(name: string): Promise<{ bytes: Buffer; etag: string } | undefined>;
	/**
	 * Writes only where the object is still the one with that mark, or still absent.
	 *
	 * @returns The new mark.
	 * @throws WizardError `locked` when somebody else has written meanwhile.
	 */
	replace(name: string, bytes: Buffer, etag: string | undefined): Promise<string>;
	/**
	 * With every version of it, as far as these credentials may: without s3:DeleteObjectVersion they stay
	 * behind a mark that it is gone.
	 *
	 * @returns How many versions could not be removed; 0 also where versions cannot be listed.
	 */
	remove(name: string): Promise<{ left: number }>;
	/** Names below the prefix that begin with `start`; those in sub-folders are left out. */
	list(start: string): Promise<string[]>;
	/**
	 * Puts a copy at another name, reads it back, and only then takes the old name away. In a bucket
	 * with versions the old one stays behind its delete marker.
	 */
	move(name: string, to: string): Promise<void>;
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
			if (['NoSuchKey', 'NoSuchBucket', 'NotFound'].includes(awsCode(thrown))) return undefined;
			throw awsProblem(thrown, `read ${url(name)}`);
		}
	};
	return {
		find,
		place: `s3://${bucket}/${prefix}`,
		async put(name, bytes) {
			try {
				await s3.send(new PutObjectCommand(written(name, bytes)));
			} catch (thrown) {
				throw awsProblem(thrown, `write ${url(name)}`);
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
				if (![409, 412].includes(awsStatus(thrown) ?? 0))
					throw awsProblem(thrown, `write ${url(name)}`);
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
				throw awsProblem(thrown, `list ${url(start)}`);
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
				throw awsProblem(thrown, `move ${url(name)} to ${url(to)}`);
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
				throw awsProblem(thrown, `remove ${url(name)}`);
			}
		},
	};
}

/** False when these credentials may not; whatever else goes wrong is thrown. */
async function allowed(sent: Promise<unknown>): Promise<boolean> {
	try {
		await sent;
		return true;
	} catch (thrown) {
		if (awsStatus(thrown) === 403) return false;
		throw thrown;
	}
}

/** Of a bucket with versions an object is gone only with all of them. */
async function versionsOf(s3: S3Client, bucket: string, key: string): Promise<string[]> {
	try {
		const { Versions = [] } = await s3.send(
			new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }),
		);
		return Versions.flatMap(({ Key, VersionId }) =>
			Key === key && VersionId !== undefined ? [VersionId] : [],
		);
	} catch (thrown) {
		if (awsStatus(thrown) === 403) return [];
		throw thrown;
	}
}
