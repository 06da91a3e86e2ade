import { BACKUP_PREFIX, listBackups } from '../../aws/backups.ts';
import type { SessionRecord } from '../../engine/session/session-record.ts';
import type { StepOutputs } from '../../engine/step.ts';
import type { TargetBackups } from '../target.ts';
import { renderRestoreGuide } from './backup/restore-guide.ts';
import { parseCeremonyRecord } from './rekey/ceremony-storage.ts';

/** What `atlas-backup` stores in the bucket of the installation. */
export const ptfeAmiBackups: TargetBackups = {
	prefix: BACKUP_PREFIX,
	list: listBackups,
	openedBy: describeUnsealKey,
	restoreGuide: restoreGuideOf,
};

/** A backup is unsealed by the keys of Vault at backup time. Clocks may differ slightly. */
function describeUnsealKey({ notes }: SessionRecord, at: string): string {
	const ceremony = parseCeremonyRecord(notes);
	if (ceremony === 'unreadable') return 'unknown: could not parse the rekey record';
	const { committingAt, committedAt, threshold, shares } = ceremony ?? {};
	if (committedAt === undefined) return 'the unseal key on the instance';
	if (at < (committingAt ?? committedAt)) return 'the old unseal key (stored, encrypted)';
	const custodians = `${threshold} of ${shares} key shares`;
	return at >= committedAt ? custodians : `${custodians}, or the old unseal key`;
}

/** The checklist of a restore, with the names of an installation filled in. */
function restoreGuideOf(session?: { record: SessionRecord; outputs: StepOutputs }): string[] {
	const { record, outputs = {} } = session ?? {};
	const ceremony = record === undefined ? 'unreadable' : parseCeremonyRecord(record.notes);
	return renderRestoreGuide({
		session: record?.name ?? 'NAME',
		bucket: String(outputs.bucket_name ?? 'BUCKET'),
		region: String(record?.answers.region ?? 'REGION'),
		kmsKey: String(outputs.kms_key_arn ?? 'KMS_KEY_ARN'),
		rekeyed: ceremony === 'unreadable' ? 'unknown' : ceremony,
	});
}
