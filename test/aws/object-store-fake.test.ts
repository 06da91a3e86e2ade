import {
	DeleteObjectCommand,
	ListObjectVersionsCommand,
	type S3Client,
	S3ServiceException,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../source/aws/object-store.ts';

// A fake bucket, because the practice cloud checks no permissions.

/** @param answers The status of a removal by version; '' is the object itself. */
function bucket(answers: Readonly<Record<string, number>>) {
	const removed: string[] = [];
	const s3 = {
		async send(command: unknown) {
			if (command instanceof ListObjectVersionsCommand) {
				const Key = 'kept/share.asc';
				return {
					Versions: [
						{ Key, VersionId: 'v1' },
						{ Key, VersionId: 'v2' },
					],
				};
			}
			if (!(command instanceof DeleteObjectCommand)) throw new Error('not asked for');
			const version = command.input.VersionId ?? '';
			const status = answers[version] ?? 204;
			if (status === 204) return removed.push(version);
			throw new S3ServiceException({
				...{
					name: status === 403 ? 'AccessDenied' : 'InternalError',
					message: 'no',
					$fault: 'client',
				},
				$metadata: { httpStatusCode: status },
			});
		},
	} as unknown as S3Client;
	return { removed, objects: createObjectStore(s3, 'acme-data', 'kept/', '') };
}

describe('removing rekey objects from a fake bucket', () => {
	it('removes every version', async () => {
		const { objects, removed } = bucket({});
		expect(await objects.remove('share.asc')).toEqual({ left: 0 });
		expect(removed).toEqual(['v1', 'v2', '']);
	});

	it('counts the versions it may not remove and removes the others', async () => {
		const { objects, removed } = bucket({ v1: 403 });
		expect(await objects.remove('share.asc')).toEqual({ left: 1 });
		expect(removed).toEqual(['v2', '']);
	});

	it.each([
		['the object itself may not be removed', { '': 403 }],
		['a version fails otherwise', { v2: 500 }],
	])('fails when %s', async (_, answers) => {
		await expect(bucket(answers).objects.remove('share.asc')).rejects.toMatchObject({
			message: expect.stringContaining('s3://acme-data/kept/share.asc'),
		});
	});
});
