import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { type DecryptOptions, decrypt, decryptKey, readMessage, readPrivateKey } from 'openpgp';
import {
	decryptShareAsCustodian,
	practiceCustodians,
} from '../../../source/targets/ptfe-ami/practice/custodian-keys.ts';
import {
	type CeremonyRecord,
	ceremonyRecordSchema,
} from '../../../source/vault/ceremony/ceremony-record.ts';
import { startVault, unsealVault } from '../../helpers/test-vault.ts';
import { readFilesBelow, type SearchTarget } from './find-secrets.ts';
import { listObjectVersions, type ObjectVersion } from './test-cloud.ts';

/** The record of the ceremony in a session; undefined before there is one. */
export function readCeremonyRecord(sessionFolder: string): CeremonyRecord | undefined {
	try {
		const text = readFileSync(join(sessionFolder, 'session.json'), 'utf8');
		const { notes } = JSON.parse(text) as { notes: Record<string, unknown> };
		return ceremonyRecordSchema.safeParse(notes.rekey).data;
	} catch {
		return undefined;
	}
}

/** The new shares, opened as each custodian would, with the practice keys of `keys`. */
export async function decryptShares(
	sessionFolder: string,
	keys = join(sessionFolder, 'custodians'),
): Promise<Buffer[]> {
	const { kept = [] } = readCeremonyRecord(sessionFolder) ?? {};
	return Promise.all(
		kept.map(async ({ custodian, name }) => {
			const hex = await decryptShareAsCustodian(
				keys,
				custodian,
				join(sessionFolder, 'rekey', name),
			);
			return Buffer.from(hex.toString('latin1'), 'hex');
		}),
	);
}

/** The old key, out of its escrow, opened by the last of the custodians. */
export async function decryptOldKeyAsCustodian(
	sessionFolder: string,
	keys = join(sessionFolder, 'custodians'),
): Promise<Buffer> {
	const privateKey = join(keys, `${practiceCustodians.at(-1)}.private.asc`);
	return decryptEscrow(sessionFolder, {
		decryptionKeys: await decryptKey({
			privateKey: await readPrivateKey({ armoredKey: readFileSync(privateKey, 'utf8') }),
			passphrase: 'practice',
		}),
	});
}

/** The same where custodians have no keys: the ceremony's passphrase opens it. */
export function decryptOldKeyWithPassphrase(
	sessionFolder: string,
	passphrase: string,
): Promise<Buffer> {
	return decryptEscrow(sessionFolder, { passwords: passphrase });
}

async function decryptEscrow(
	sessionFolder: string,
	opener: Pick<DecryptOptions, 'decryptionKeys' | 'passwords'>,
): Promise<Buffer> {
	const name = readCeremonyRecord(sessionFolder)?.escrow?.name ?? 'none';
	const armoredMessage = readFileSync(join(sessionFolder, 'rekey', name), 'utf8');
	const { data } = await decrypt({ ...opener, message: await readMessage({ armoredMessage }) });
	return Buffer.from(String(data), 'hex');
}

/** The backups in a bucket, oldest first. */
export async function listBackups(s3: S3Client, bucket: string): Promise<ObjectVersion[]> {
	const all = await listObjectVersions(s3, bucket);
	return all
		.filter(({ key }) => key.startsWith('tfe-backup/'))
		.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** What is in a backup; `storage` is Vault's. Its files go with `remove`. */
export function unpackBackup({ bytes }: Pick<ObjectVersion, 'bytes'>) {
	const folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-backup-'));
	const archive = join(folder, 'backup.tar.gz');
	const root = join(folder, 'root');
	mkdirSync(root);
	writeFileSync(archive, bytes);
	execFileSync('tar', ['-xzf', archive, '-C', root]);
	rmSync(archive);
	return {
		storage: join(root, 'data/vault'),
		keyFile: join(root, 'data/vault-unseal-key'),
		files: (): SearchTarget[] => readFilesBelow(root),
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** Whether a Vault of its own on that storage is opened by one of these sets of keys. */
export async function canKeysUnseal(storage: string, sets: readonly (readonly Buffer[])[]) {
	const vault = await startVault({ folder: storage });
	const opened: boolean[] = [];
	try {
		for (const keys of sets) {
			const texts = keys.map((key) => key.toString('base64'));
			opened.push(await unsealVault(vault, texts));
			if (opened.at(-1) === true) await vault.restart();
		}
		return opened;
	} finally {
		await vault.stop();
	}
}
