import { BACKUP_PREFIX, listBackups } from '../../../aws/backups.ts';
import type { SessionRecord } from '../../../engine/session/session-record.ts';
import { quoteShellWord } from '../../../engine/shell-quote.ts';
import type { StepOutputs } from '../../../engine/step.ts';
import type { CeremonyRecord } from '../../../vault/ceremony/ceremony-record.ts';
import type { TargetBackups } from '../../target.ts';
import { parseCeremonyRecordNote } from '../rekey/ceremony-storage.ts';

export interface RestoreGuideInput {
	session: string;
	bucket: string;
	region: string;
	kmsKey: string;
	/** The rekey of this installation, where there was one; `unknown` without an installation. */
	rekeyed: CeremonyRecord | 'unknown' | undefined;
}

/**
 * A restore as a checklist, based on the product's documentation of backup, restore and disaster
 * recovery: backups are in `tfe-backup/`, encrypted with the installation's KMS key; every boot
 * restores the newest one; a copy in another region must be re-encrypted.
 */
export function renderRestoreGuide(input: RestoreGuideInput): string[] {
	const { session, bucket, region, kmsKey } = input;
	return [
		'# Restore Terraform Enterprise from its backups',
		'',
		'A backup contains the data of the instance, including Vault. It does not contain the database or the objects in the bucket.',
		'',
		'## In the same region: the instance is lost or must be replaced',
		'',
		`[ ] Find the backup: tfe-wizard backups list --session ${session}`,
		...describeUnsealKeys(input.rekeyed),
		'[ ] Check that database and bucket exist and belong to the same installation',
		'[ ] Replace the instance: terminate it, and the Auto Scaling group launches another one, which restores the newest backup at its first boot',
		'[ ] Monitor the restore: ssh tfe-admin@ADDRESS sudo journalctl -u atlas-setup -u vault -f',
		'[ ] Check that Vault is unsealed: ssh tfe-admin@ADDRESS vault status (a sealed or uninitialized Vault is a failed restore: change nothing, ask for help)',
		'',
		'## In another region',
		'',
		'In advance, for the lifetime of the installation:',
		'',
		`[ ] Replicate s3://${bucket} to a bucket in the other region, except the prefix tfe-backup/ (its objects are encrypted with a key in ${region})`,
		`[ ] Copy the existing objects: aws s3 sync ${quoteShellWord(`s3://${bucket}`)} s3://OTHER_BUCKET --exclude 'tfe-backup/*'`,
		'[ ] Create an encrypted read replica of the database in the other region',
		'',
		'To restore:',
		'',
		'[ ] Copy the newest backup, which re-encrypts it with a key in the other region:',
		'      aws configure set s3.signature_version s3v4',
		`      aws s3 cp ${quoteShellWord(`s3://${bucket}/tfe-backup/BACKUP`)} ./BACKUP --region ${quoteShellWord(region)}`,
		'      aws s3 cp --sse=aws:kms --sse-kms-key-id=OTHER_KMS_KEY ./BACKUP s3://OTHER_BUCKET/tfe-backup/BACKUP --region OTHER_REGION',
		'      shred --remove ./BACKUP',
		`    (the first aws s3 cp command requires ${kmsKey})`,
		'[ ] Promote the replica, and create a snapshot of it before an instance boots',
		'[ ] Check that the AMI in the other region has the same or a later release',
		'[ ] Install with answers for the promoted database, the other bucket and the other key:',
		'      tfe-wizard install --answers OTHER.yaml --session OTHER',
		'',
		'## Afterwards, in both cases',
		'',
		'[ ] Log in; check a sensitive variable, an old log and the workspace states',
		'[ ] Cancel the runs that were in progress and queue them again; look for incomplete resources',
		`[ ] Create and confirm a backup: tfe-wizard backup --session ${session}`,
	];
}

/** The Vault in a backup can only be unsealed with the key that was in use at that time. */
function describeUnsealKeys(rekeyed: RestoreGuideInput['rekeyed']): string[] {
	if (rekeyed === 'unknown')
		return [
			'[ ] Backups from before a rekey, or without one: unsealed with the key that was on the instance',
			'[ ] Backups from after a rekey: unsealed by a quorum of the key holders, who must be present',
		];
	if (rekeyed?.committedAt === undefined)
		return ['[ ] All backups: unsealed automatically with the key on the instance'];
	const { threshold, shares, custodians, missing, escrow, committedAt, former } = rekeyed;
	const names = custodians
		.map(({ name }) => (missing.includes(name) ? `${name}: lost` : name))
		.join(', ');
	return [
		...former.map(
			({ name, until }) =>
				`[ ] Backups from before ${until}: unsealed only with the key used then, stored encrypted (${name})`,
		),
		`[ ] Backups from after ${committedAt}: unsealed by ${threshold} of ${shares} key holders (${names}), who must be present`,
		`[ ] Backups from before: unsealed only with the old unseal key, stored encrypted (${escrow?.name ?? 'unknown'}); the new key shares do not work`,
	];
}

/** What `atlas-backup` stores in the bucket of the installation. */
export const ptfeAmiBackups: TargetBackups = {
	prefix: BACKUP_PREFIX,
	list: listBackups,
	openedBy: describeUnsealKey,
	restoreGuide: restoreGuideOf,
};

/** A backup is unsealed by the keys of Vault at backup time. Clocks may differ slightly. */
function describeUnsealKey({ notes }: SessionRecord, at: string): string {
	const ceremony = parseCeremonyRecordNote(notes);
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
	const ceremony = record === undefined ? 'unreadable' : parseCeremonyRecordNote(record.notes);
	return renderRestoreGuide({
		session: record?.name ?? 'NAME',
		bucket: String(outputs.bucket_name ?? 'BUCKET'),
		region: String(record?.answers.region ?? 'REGION'),
		kmsKey: String(outputs.kms_key_arn ?? 'KMS_KEY_ARN'),
		rekeyed: ceremony === 'unreadable' ? 'unknown' : ceremony,
	});
}
