import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WizardError } from '../../../../source/engine/errors.ts';
import { SECRET_MASK } from '../../../../source/engine/secret-registry.ts';
import type {
	InstanceConnection,
	RemoteResult,
} from '../../../../source/instance/instance-types.ts';
import type { Context } from '../../../../source/steps/step-context.ts';
import {
	type BackupOptions,
	createConfirmedBackup,
} from '../../../../source/targets/ptfe-ami/instance/create-backup.ts';
import { createTemporaryDirectory } from '../../../helpers/temporary-directory.ts';

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
let archive: Buffer;
let archiveLength: number | undefined;
let pgrep: number;

beforeEach(() => {
	inBucket = [OLD];
	ran = [];
	archive = Buffer.of();
	archiveLength = undefined;
	pgrep = 1;
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

// The paginators of the SDK accept only its own clients.
const fakeS3: S3Client = Object.assign(Object.create(S3Client.prototype), {
	async send(command: { input: { Key?: string } }) {
		if (command instanceof GetObjectCommand)
			return { Body: Readable.from([archive]), ContentLength: archiveLength ?? archive.length };
		if (!(command instanceof HeadObjectCommand)) return { Contents: inBucket };
		const found = inBucket.find(({ Key }) => Key === command.input.Key);
		if (found === undefined) throw Object.assign(new Error('gone'), { name: 'NotFound' });
		return { ...found, ContentLength: found.Size };
	},
});

/** Outcome of a backup on a machine whose atlas-backup does this. */
async function backUp(
	atlasBackup: () => { exitCode: number; stderr?: string },
	wishes?: BackupOptions,
) {
	const instance = {
		async run(argv: readonly string[]): Promise<Partial<RemoteResult>> {
			ran.push([...argv]);
			if (argv[0] === 'pgrep') return { exitCode: pgrep, stderr: '', stdout: Buffer.of() };
			return { stderr: '', stdout: Buffer.of(), ...atlasBackup() };
		},
	} as unknown as InstanceConnection;
	const context = {
		outputs: { install: { bucket_name: 'acme-data' } },
		services: { aws: { s3: fakeS3 } },
		session: { name: 'acme', record: { practice: false } },
		cancel: {},
	} as unknown as Context;
	const outcome = createConfirmedBackup(context, instance, wishes).catch((error: unknown) => error);
	await vi.advanceTimersByTimeAsync(6 * 60_000);
	return outcome;
}

describe('makeBackup with a fake instance and a fake bucket', () => {
	it('returns the new object with its properties in the bucket', async () => {
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

	it('finds a backup that appears late and replaces an existing object', async () => {
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
	])('rejects a backup that %s', async (words, more) => {
		const error = await backUp(() => {
			inBucket = [OLD, thing('tfe-backup/new.tar.gz', more)];
			return { exitCode: 0 };
		});
		expect(error).toBeInstanceOf(WizardError);
		expect(error).toMatchObject({
			fault: 'command',
			message: `s3://acme-data/tfe-backup/new.tar.gz is not a valid backup: it ${words}.`,
			facts: { next: expect.arrayContaining(['tfe-wizard install --session acme']) },
		});
	});

	it('times out if no new object appears within five minutes', async () => {
		expect(await backUp(() => ({ exitCode: 0 }))).toMatchObject({
			fault: 'timeout',
			message: expect.stringContaining('s3://acme-data/tfe-backup/ has no new object'),
		});
	});

	it('reports a failed command with its last output, even if the bucket has a new object', async () => {
		const error = await backUp(() => {
			inBucket = [OLD, thing('tfe-backup/half.tar.gz')];
			return { exitCode: 3, stderr: 'dumping\nno space left on device\n' };
		});
		expect(error).toMatchObject({
			fault: 'command',
			message: 'atlas-backup exited with status 3; no backup was created.',
			facts: { details: ['dumping', 'no space left on device'] },
		});
	});

	it('masks keys in the output of a failed command', async () => {
		const key = Buffer.alloc(32, 7);
		const hex = Buffer.alloc(33, 7).toString('hex');
		const stderr = `+ vault unseal ${key.toString('base64')}\n+ echo "${hex}"\nno space left\n`;
		const error = await backUp(() => ({ exitCode: 3, stderr }));
		expect(error).toMatchObject({
			facts: {
				details: [`+ vault unseal ${SECRET_MASK}`, `+ echo "${SECRET_MASK}"`, 'no space left'],
			},
		});
	});

	it('times out while the new backup is not the newest object', async () => {
		const later = thing('tfe-backup/later.tar.gz', {
			LastModified: new Date('2027-01-01T00:00:00Z'),
		});
		inBucket = [OLD, later];
		const made = await backUp(
			() => {
				inBucket = [OLD, later, thing('tfe-backup/new.tar.gz')];
				return { exitCode: 0 };
			},
			{ after: '2026-01-01T09:00:00Z' },
		);
		expect(made).toMatchObject({
			fault: 'timeout',
			facts: { expected: 'a backup newer than 2026-01-01T09:00:00Z' },
		});
	});

	it.each([127, 2])('warns if it cannot check for a running backup (pgrep: %i)', async (code) => {
		pgrep = code;
		expect(await backUp(newOne)).toMatchObject({
			key: 'tfe-backup/new.tar.gz',
			warnings: [expect.stringContaining(`pgrep: exit code ${code}`)],
		});
	});

	it('rejects a backup that contains a forbidden file', async () => {
		archive = packed('data/vault-unseal-key');
		expect(await backUp(newOne, { without: ['vault-unseal-key'] })).toMatchObject({
			fault: 'command',
			message: expect.stringContaining('contains data/vault-unseal-key: an invalid key'),
			facts: {
				next: [
					'on the instance: sudo ls -l /data/vault-unseal-key',
					'tfe-wizard install --session acme',
				],
			},
		});
	});

	it('accepts a backup with files of similar names', async () => {
		archive = packed('data/vault-unseal-key.txt', 'data/old/vault-unseal-keys');
		const made = await backUp(newOne, { without: ['vault-unseal-key'] });
		expect(made).toMatchObject({ key: 'tfe-backup/new.tar.gz' });
		expect(made).not.toHaveProperty('warnings');
	});

	it.each([
		['it is larger than 64 MiB', () => packed('x'), 65 * 1024 * 1024],
		['it is not gzip-compressed', () => Buffer.alloc(2048, 'Salted__'), undefined],
		['it is not a tar archive', () => gzipSync(Buffer.alloc(2048, 'no')), undefined],
		['unexpected end of file', () => packed('x').subarray(0, 20), undefined],
	])('warns if the backup cannot be inspected: %s', async (words, bytes, length) => {
		archive = bytes();
		archiveLength = length;
		expect(await backUp(newOne, { without: ['vault-unseal-key'] })).toMatchObject({
			warnings: [
				`Could not check whether s3://acme-data/tfe-backup/new.tar.gz contains vault-unseal-key: ${words}.`,
			],
		});
	});
});

const newOne = () => {
	inBucket = [OLD, thing('tfe-backup/new.tar.gz')];
	return { exitCode: 0 };
};

/** What the real tar makes of files of these names. */
function packed(...names: readonly string[]): Buffer {
	const folder = createTemporaryDirectory();
	for (const name of names) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), 'x');
	}
	return execFileSync('tar', ['-C', folder, '-czf', '-', '.']);
}
