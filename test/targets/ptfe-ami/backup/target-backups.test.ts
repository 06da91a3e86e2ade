import { describe, expect, it } from 'vitest';
import {
	type RestoreGuideInput,
	renderRestoreGuide,
} from '../../../../source/targets/ptfe-ami/backup/target-backups.ts';
import {
	type CeremonyRecord,
	ceremonyRecordSchema,
} from '../../../../source/vault/ceremony/ceremony-record.ts';

const facts = {
	session: 'acme',
	bucket: 'acme-data',
	region: 'us-west-2',
	kmsKey: 'arn:aws:kms:us-west-2:123456789012:key/1',
};

const custodian = (name: string) => ({
	name,
	fingerprint: 'aa',
	encryptionKeyId: 'bb',
	publicKey: '',
	wrapped: false,
});

function record(more: Partial<CeremonyRecord> = {}): CeremonyRecord {
	return ceremonyRecordSchema.parse({
		revision: 9,
		epoch: '2026-01-01T00:00:00.000Z',
		shares: 3,
		threshold: 2,
		custodians: ['ann', 'ben', 'cem'].map(custodian),
		before: { shares: 1, threshold: 1 },
		escrow: { custodian: '', name: 'old-unseal-key-1.asc', sha256: '', to: 'custodians' },
		committedAt: '2026-01-02T00:00:00.000Z',
		...more,
	});
}

const openers = (rekeyed: RestoreGuideInput['rekeyed']) =>
	renderRestoreGuide({ ...facts, rekeyed }).filter((line) => /: unsealed/.test(line));

describe('the restore guide', () => {
	it('contains bucket, region, key and session', () => {
		const text = renderRestoreGuide({ ...facts, rekeyed: undefined }).join('\n');
		expect(text).toContain('tfe-wizard backups list --session acme');
		expect(text).toContain(
			'aws s3 cp s3://acme-data/tfe-backup/BACKUP ./BACKUP --region us-west-2',
		);
		expect(text).toContain(`requires ${facts.kmsKey}`);
	});

	it.each([
		['no rekey', undefined],
		['a rekey that was not committed', record({ committedAt: undefined })],
	])('says that the instance unseals Vault automatically: %s', (_what, rekeyed) => {
		expect(openers(rekeyed)).toEqual([
			expect.stringContaining('unsealed automatically with the key on the instance'),
		]);
	});

	it('describes both cases if the installation is unknown', () => {
		expect(openers('unknown')).toHaveLength(2);
	});

	it('names the key for each backup: of the key holders, the old one, and earlier ones', () => {
		const former = [{ name: 'old-unseal-key-0.asc', until: '2025-12-31T00:00:00.000Z' }];
		expect(openers(record({ former, missing: ['cem'] }))).toEqual([
			'[ ] Backups from before 2025-12-31T00:00:00.000Z: unsealed only with the key used then, stored encrypted (old-unseal-key-0.asc)',
			'[ ] Backups from after 2026-01-02T00:00:00.000Z: unsealed by 2 of 3 key holders (ann, ben, cem: lost), who must be present',
			'[ ] Backups from before: unsealed only with the old unseal key, stored encrypted (old-unseal-key-1.asc); the new key shares do not work',
		]);
	});
});
