import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { findKey, findSecret, readFilesBelow, type SearchTarget } from './find-secrets.ts';
import { readCeremonyRecord, unpackBackup } from './rekey-artifacts.ts';
import { createLookupClients, listObjectVersions } from './test-cloud.ts';

/** A rekey that has ended, or got as far as the backup after it. */
export interface CompletedRekey {
	/** Everything the program and the practice machine have written is below it. */
	home: string;
	/** Of the session. */
	folder: string;
	s3: S3Client;
	bucket: string;
	oldKey: Buffer;
	shares: readonly Buffer[];
	/** Passphrases and tokens. */
	secrets?: readonly string[];
	/** All that was printed, started, and lay somewhere for a while. */
	output: readonly SearchTarget[];
}

/** What looks into a practice session's own cloud, which must still be there. */
export function createSessionS3Client(folder: string): S3Client {
	const { notes } = JSON.parse(readFileSync(join(folder, 'session.json'), 'utf8'));
	return createLookupClients(notes['practice.cloud'].own.endpoint).s3;
}

/** Hundreds of megabytes that no key went into: compiled scripts, unpacked providers. */
const BULK = /\/(node-compile-cache|\.terraform\/providers)\//;
/** Where the machine's image keeps the token it was initialised with. */
const ROOT_TOKEN = /\/machine\/data\/vault-root-token$/;
const KEY_FILE = /\/root\/data\/vault-unseal-key$/;
/** What Node and the system leave of a process that went down: its memory, or parts of it. */
const CRASH = /^(report\..+\.json|core(\.\d+)?|.+\.(heapsnapshot|heapprofile|cpuprofile))$/;

/**
 * Looks for the old key, the new shares and other secrets in every file of the program and of its
 * machine, in every version of every object of the bucket, in the backups, and in what was said.
 * Only backups from before the old key file was removed may hold the old key, there.
 */
export async function expectNoKeyAnywhere(rekeyed: CompletedRekey): Promise<void> {
	const { home, folder, oldKey, shares, secrets = [], output: said } = rekeyed;
	expect([oldKey, ...shares].map(({ length }) => length)).toEqual([32, 33, 33, 33]);
	const record = readCeremonyRecord(folder);
	const objects = await listObjectVersions(rekeyed.s3, rekeyed.bucket);
	const backups = objects.filter(({ key }) => key.startsWith('tfe-backup/'));
	const insides = backups.map((one) => ({ ...unpackBackup(one), key: one.key }));
	try {
		const files = readFilesBelow(home).filter(({ where }) => !BULK.test(where));
		const hay = [...files, ...objects, ...said];
		const keyFiles: SearchTarget[] = [];
		for (const { key, files: inside } of insides) {
			for (const one of inside()) {
				const isOld = KEY_FILE.test(one.where) && key !== record?.backupAfter?.key;
				if (isOld) keyFiles.push(one);
				else hay.push(one);
			}
		}
		expectSearchedFiles({ files, objects }, rekeyed);
		// The hunt finds what is there: the backup from before holds the key file.
		expect(keyFiles.length).toBeGreaterThan(0);
		expect(findKey(oldKey, keyFiles)).toContainEqual(
			expect.stringMatching(/data\/vault-unseal-key \(plain\) of base64$/),
		);
		for (const share of shares) expect(findKey(share, keyFiles)).toEqual([]);
		for (const key of [oldKey, ...shares]) expect(findKey(key, hay)).toEqual([]);
		const others = hay.filter(({ where }) => !ROOT_TOKEN.test(where));
		for (const secret of secrets) expect(findSecret(secret, others)).toEqual([]);
		const names = [...files, ...said].map(({ where }) => where);
		expect(names.filter((where) => CRASH.test(basename(where)))).toEqual([]);
	} finally {
		for (const one of insides) one.remove();
	}
}

/** What must be among the places that are looked at. */
function expectSearchedFiles(
	{ files, objects }: { files: readonly SearchTarget[]; objects: readonly { key: string }[] },
	{ home, folder }: CompletedRekey,
): void {
	const places = files.map(({ where }) => where.slice(home.length + 1)).join('\n');
	const here = folder.slice(home.length + 1);
	for (const name of [
		...['journal.jsonl', 'session.json', 'logs/events.jsonl', 'logs/practice-instance.log'],
		...['instance/vault.log', 'instance/machine/data/vault/core/_keyring', 'rekey/share-'],
	])
		expect(places).toContain(`${here}/${name}`);
	const record = objects.filter(({ key }) => key === 'tfe-wizard/rekey/ceremony.json');
	expect(record.length).toBeGreaterThan(5);
}
