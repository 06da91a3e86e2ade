import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, it } from 'vitest';
import type { Context } from '../../../../source/steps/step-context.ts';
import { createCeremonyStorage } from '../../../../source/targets/ptfe-ami/rekey/ceremony-storage.ts';
import { createDirectoryForEachTest } from '../../../helpers/temporary-directory.ts';

// On a real disk and in a fake bucket, which can be spoiled.

const root = createDirectoryForEachTest();
let inBucket: Map<string, Buffer>;
beforeEach(() => {
	inBucket = new Map();
});

const s3 = {
	async send(command: unknown) {
		if (command instanceof PutObjectCommand)
			return inBucket.set(command.input.Key ?? '', command.input.Body as Buffer);
		if (!(command instanceof GetObjectCommand)) throw new Error('not asked for');
		const bytes = inBucket.get(command.input.Key ?? '');
		if (bytes === undefined) throw Object.assign(new Error('gone'), { name: 'NoSuchKey' });
		return { Body: { transformToByteArray: async () => bytes } };
	},
} as unknown as S3Client;
const keeping = () =>
	createCeremonyStorage({
		outputs: { install: { bucket_name: 'acme-data', kms_key_arn: 'key' } },
		services: { aws: { s3 } },
		session: { folders: { root } },
	} as unknown as Context);
const BYTES = Buffer.from('an encrypted share');

it('reads a file that is damaged on the disk from the (fake) bucket, and keeps the damaged copy', async () => {
	const sha256 = await keeping().store('share.asc', BYTES);
	const file = keeping().path('share.asc');
	writeFileSync(file, 'an encrypted shar');
	expect(await keeping().read('share.asc', sha256)).toEqual(BYTES);
	expect(readFileSync(file)).toEqual(BYTES);
	const aside = readdirSync(dirname(file)).filter((name) => name !== 'share.asc');
	expect(aside).toEqual([expect.stringMatching(/^share\.asc\.damaged-\d+$/)]);
	expect(readFileSync(join(dirname(file), aside[0] ?? ''), 'utf8')).toBe('an encrypted shar');
});

it('reads a file that is damaged in the (fake) bucket from the disk', async () => {
	const sha256 = await keeping().store('share.asc', BYTES);
	for (const key of inBucket.keys()) inBucket.set(key, Buffer.from('spoiled'));
	expect(await keeping().read('share.asc', sha256)).toEqual(BYTES);
});

it('names a file that is damaged on the disk and in the (fake) bucket', async () => {
	const sha256 = await keeping().store('share.asc', BYTES);
	writeFileSync(keeping().path('share.asc'), 'spoiled');
	inBucket.clear();
	await expect(keeping().read('share.asc', sha256)).rejects.toMatchObject({
		message: expect.stringContaining(keeping().path('share.asc')),
	});
});

it('downloads files that this computer lacks from the (fake) bucket', async () => {
	const sha256 = await keeping().store('share.asc', BYTES);
	rmSync(keeping().path('share.asc'));
	expect(await keeping().read('share.asc', sha256)).toEqual(BYTES);
	expect(readFileSync(keeping().path('share.asc'))).toEqual(BYTES);
});
