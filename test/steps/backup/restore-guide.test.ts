import { describe, expect, it } from 'vitest';
import { type RestoreFacts, restoreGuide } from '../../../source/steps/backup/restore-guide.ts';
import {
	type CeremonyRecord,
	ceremonyRecordSchema,
} from '../../../source/vault/ceremony/record.ts';

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

const openers = (rekeyed: RestoreFacts['rekeyed']) =>
	restoreGuide({ ...facts, rekeyed }).filter((line) => /opened by/.test(line));

describe('the restore guide', () => {
	it('names bucket, region, key and session where they are needed', () => {
		const text = restoreGuide({ ...facts, rekeyed: undefined }).join('\n');
		expect(text).toContain('tfe-wizard backups list --session acme');
		expect(text).toContain(
			'aws s3 cp s3://acme-data/tfe-backup/BACKUP ./BACKUP --region us-west-2',
		);
		expect(text).toContain(`${facts.kmsKey} must still be usable`);
	});

	it.each([
		['no rekey', undefined],
		['one that never counted', record({ committedAt: undefined })],
	])('says that the machine opens it by itself: %s', (_what, rekeyed) => {
		expect(openers(rekeyed)).toEqual([
			expect.stringContaining('opened by the key that is on the machine'),
		]);
	});

	it('says both where it knows of no installation', () => {
		expect(openers('unknown')).toHaveLength(2);
	});

	it('says which key opens which backup: of custodians, the old one, and any before it', () => {
		const former = [{ name: 'old-unseal-key-0.asc', until: '2025-12-31T00:00:00.000Z' }];
		expect(openers(record({ former, missing: ['cem'] }))).toEqual([
			'[ ] Made before 2025-12-31T00:00:00.000Z: opened by the key before that alone, kept encrypted (old-unseal-key-0.asc)',
			'[ ] Made after 2026-01-02T00:00:00.000Z: opened by 2 of 3 custodians (ann, ben, cem: lost); have them ready',
			'[ ] Made before: opened by the old key alone, which is kept encrypted (old-unseal-key-1.asc); the new shares do not open it',
		]);
	});
});
