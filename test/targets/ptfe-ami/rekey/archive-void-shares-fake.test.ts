import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	DeleteObjectCommand,
	type GetObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { WizardError } from '../../../../source/engine/errors.ts';
import type { EngineEvent } from '../../../../source/engine/events.ts';
import type { Context } from '../../../../source/steps/step-context.ts';
import { archiveVoidShares } from '../../../../source/targets/ptfe-ami/rekey/archive-void-shares.ts';
import { createDirectoryForEachTest } from '../../../helpers/temporary-directory.ts';

// Real files, and a fake bucket.

const PREFIX = 'tfe-wizard/rekey/';
const current = ['share-ab12cd34-1-ana.gpg', 'share-ab12cd34-2-ben.gpg'];
const dead = ['share-99ff0000-1-ana.gpg', 'share-99ff0000-2-eve.gpg', 'share-77aa-1-ana.gpg'];
const others = ['unseal-key-2026-11-28-1234abcd.asc', 'ceremony.json', 'wrap-key-1.asc'];
const kept = current.map((name) => ({ name, custodian: name, sha256: '' }));

const root = createDirectoryForEachTest();
let folder: string;
let bucket: Map<string, Buffer>;
let readable: boolean | WizardError;

beforeEach(() => {
	folder = join(root, 'rekey');
	mkdirSync(folder);
	bucket = new Map();
	readable = true;
	for (const name of [...current, ...dead, ...others]) {
		writeFileSync(join(folder, name), name);
		bucket.set(`${PREFIX}${name}`, Buffer.from(name));
	}
});

// The paginators of the SDK accept only its own clients.
const fakeS3: S3Client = Object.assign(Object.create(S3Client.prototype), {
	async send(command: unknown) {
		if (readable instanceof WizardError) throw readable;
		if (!readable) throw Object.assign(new Error('no'), { name: 'AccessDenied' });
		if (command instanceof ListObjectsV2Command) {
			const { Prefix = '' } = command.input;
			const keys = [...bucket.keys()].filter(
				(key) => key.startsWith(Prefix) && !key.slice(Prefix.length).includes('/'),
			);
			// Two to a page.
			const from = Number(command.input.ContinuationToken ?? 0);
			return {
				Contents: keys.slice(from, from + 2).map((Key) => ({ Key })),
				...(from + 2 < keys.length ? { NextContinuationToken: String(from + 2) } : {}),
			};
		}
		const { Key = '' } = (command as GetObjectCommand).input;
		if (command instanceof PutObjectCommand) return bucket.set(Key, command.input.Body as Buffer);
		if (command instanceof DeleteObjectCommand) return bucket.delete(Key);
		const bytes = bucket.get(Key);
		if (bytes === undefined) throw Object.assign(new Error('gone'), { name: 'NoSuchKey' });
		return { Body: { transformToByteArray: async () => bytes } };
	},
});

async function setAside(record: Parameters<typeof archiveVoidShares>[1]): Promise<string[]> {
	const context = {
		step: 'rekey',
		outputs: { install: { bucket_name: 'acme-data', kms_key_arn: 'key' } },
		services: { aws: { s3: fakeS3 } },
		session: { folders: { root } },
	} as unknown as Context;
	const events: EngineEvent[] = [];
	for await (const event of archiveVoidShares(context, record)) events.push(event);
	return events.map((event) => (event.type === 'note' ? event.text : event.type));
}

const files = () => readdirSync(folder).filter((name) => name.includes('.'));
const inBucket = () =>
	[...bucket.keys()].map((key) => key.slice(PREFIX.length)).filter((name) => !name.includes('/'));
const COMMITTED = { kept, committedAt: '2026-11-28T00:00:00Z' };

describe('encrypted shares of a rekey that is not the current one', () => {
	it('are moved, locally and in the bucket, to directories named after day and rekey', async () => {
		await setAside(COMMITTED);
		expect(files().sort()).toEqual([...current, ...others].sort());
		expect(inBucket().sort()).toEqual([...current, ...others].sort());
		const folders = readdirSync(folder).filter((name) => !name.includes('.'));
		expect(folders.sort()).toEqual([
			expect.stringMatching(/^void-\d{4}-\d\d-\d\d-rekey-77aa$/),
			expect.stringMatching(/^void-\d{4}-\d\d-\d\d-rekey-99ff0000$/),
		]);
		// None is deleted: each is there, whole, at its new place.
		for (const name of dead) {
			const at = folders.find((one) => existsSync(join(folder, one, name))) ?? '';
			expect(readFileSync(join(folder, at, name), 'utf8')).toBe(name);
			const key = [...bucket.keys()].find((one) => one.endsWith(`/${name}`));
			expect(key).toMatch(/\/void-.*-rekey-/);
			expect(bucket.get(key ?? '')?.toString()).toBe(name);
		}
	});

	it('are reported with the reason and their new location', async () => {
		const [here, there] = await setAside(COMMITTED);
		for (const name of dead) {
			expect(here).toContain(`${join(folder, name)} to ${folder}/void-`);
			expect(there).toContain(`s3://acme-data/${PREFIX}${name} to s3://acme-data/${PREFIX}void-`);
		}
		expect(here).toContain('cancelled or replaced rekey, which cannot unseal Vault');
		expect(await setAside(COMMITTED)).toEqual([]);
	});

	it('are all shares if the current shares were dropped or there was no rekey', async () => {
		await setAside({ kept: [], rekey: { nonce: 'ab12cd34-5', verify: true } });
		expect(files().sort()).toEqual([...others].sort());
		expect(await setAside(undefined)).toEqual([]);
	});

	it('are not moved while it is unknown which shares are committed', async () => {
		const unsettled = [
			{ kept: [], committingAt: '2026-11-28T00:00:00Z' },
			{ kept: [], rekey: { verify: false }, submittingAt: '2026-11-28T00:00:00Z' },
		];
		for (const record of unsettled) expect(await setAside(record)).toEqual([]);
		expect(files()).toHaveLength(current.length + dead.length + others.length);
	});

	it('are left to the next run on Ctrl-C, without a warning', async () => {
		readable = new WizardError('cancelled', { message: 'Stopped while waiting for AWS.' });
		expect((await setAside(COMMITTED)).join()).not.toContain('could not move');
	});

	it('cause only a warning if the bucket cannot be listed', async () => {
		readable = false;
		const texts = await setAside(COMMITTED);
		expect(texts.at(-1)).toContain('do not give them to key holders');
	});

	it('do not overwrite a share of the same name that was moved before', async () => {
		await setAside(COMMITTED);
		for (const name of dead) writeFileSync(join(folder, name), 'again');
		await setAside(COMMITTED);
		const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
		const found = all.filter((name) => name.includes('share-77aa-1-ana'));
		expect(found).toHaveLength(2);
	});
});
