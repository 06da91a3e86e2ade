import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import type { Instance, RemoteResult } from '../../../source/instance/contract.ts';
import { makeBackup } from '../../../source/steps/instance/backup.ts';
import type { Context } from '../../../source/steps/services.ts';

// A fake bucket and a fake machine: a real atlas-backup cannot be told to leave a bad object behind.

interface Thing {
	Key: string;
	Size: number;
	LastModified: Date;
	ServerSideEncryption?: string;
}
const OLD: Thing = thing('tfe-backup/old.tar.gz', {
	LastModified: new Date('2026-01-01T00:00:00Z'),
});

function thing(Key: string, more: Partial<Thing> = {}): Thing {
	const LastModified = new Date('2026-01-01T10:00:00Z');
	return { Key, Size: 9, LastModified, ServerSideEncryption: 'aws:kms', ...more };
}

let inBucket: Thing[];
let ran: string[][];

beforeEach(() => {
	inBucket = [OLD];
	ran = [];
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const fakeS3 = {
	async send(command: { input: { Key?: string } }) {
		if (!(command instanceof HeadObjectCommand)) return { Contents: inBucket };
		const found = inBucket.find(({ Key }) => Key === command.input.Key);
		if (found === undefined) throw Object.assign(new Error('gone'), { name: 'NotFound' });
		return { ...found, ContentLength: found.Size };
	},
} as unknown as S3Client;

/** Outcome of a backup on a machine whose atlas-backup does this. */
async function backUp(atlasBackup: () => { exitCode: number; stderr?: string }) {
	const instance = {
		async run(argv: readonly string[]): Promise<Partial<RemoteResult>> {
			ran.push([...argv]);
			if (argv[0] === 'pgrep') return { exitCode: 1, stderr: '', stdout: Buffer.of() };
			return { stderr: '', stdout: Buffer.of(), ...atlasBackup() };
		},
	} as unknown as Instance;
	const context = {
		outputs: { install: { bucket_name: 'acme-data' } },
		services: { aws: { s3: fakeS3 } },
		session: { name: 'acme', record: { practice: false } },
		cancel: {},
	} as unknown as Context;
	const outcome = makeBackup(context, instance).catch((error: unknown) => error);
	await vi.advanceTimersByTimeAsync(6 * 60_000);
	return outcome;
}

describe('a backup, on a fake machine into a fake bucket', () => {
	it('is what was not there before, with what the bucket says of it', async () => {
		const made = await backUp(() => {
			inBucket = [OLD, thing('tfe-backup/new.tar.gz')];
			return { exitCode: 0 };
		});
		expect(made).toEqual({
			...{ key: 'tfe-backup/new.tar.gz', bytes: 9, encryption: 'aws:kms' },
			at: '2026-01-01T10:00:00.000Z',
		});
		expect(ran.at(-1)).toEqual(['sudo', '-n', 'atlas-backup']);
	});

	it('may be seen late, and under a name that was there', async () => {
		const made = await backUp(() => {
			setTimeout(() => {
				inBucket = [thing(OLD.Key, { Size: 12 })];
			}, 60_000);
			return { exitCode: 0 };
		});
		expect(made).toMatchObject({ key: OLD.Key, bytes: 12 });
	});

	it.each([
		['is empty', { Size: 0 }],
		['is not encrypted', { ServerSideEncryption: '' }],
	])('that %s is none', async (words, more) => {
		const error = await backUp(() => {
			inBucket = [OLD, thing('tfe-backup/new.tar.gz', more)];
			return { exitCode: 0 };
		});
		expect(error).toBeInstanceOf(WizardError);
		expect(error).toMatchObject({
			fault: 'command',
			message: `The backup s3://acme-data/tfe-backup/new.tar.gz is none: it ${words}.`,
			facts: { next: expect.arrayContaining(['tfe-wizard install --session acme']) },
		});
	});

	it('that is not seen in five minutes is waited for no longer', async () => {
		expect(await backUp(() => ({ exitCode: 0 }))).toMatchObject({
			fault: 'timeout',
			message: expect.stringContaining('no new object is seen in s3://acme-data/tfe-backup/'),
		});
	});

	it('that failed says so with its last words, whatever is in the bucket', async () => {
		const error = await backUp(() => {
			inBucket = [OLD, thing('tfe-backup/half.tar.gz')];
			return { exitCode: 3, stderr: 'dumping\nno space left on device\n' };
		});
		expect(error).toMatchObject({
			fault: 'command',
			message: 'atlas-backup ended with exit code 3; there is no new backup.',
			facts: { details: ['dumping', 'no space left on device'] },
		});
	});
});
