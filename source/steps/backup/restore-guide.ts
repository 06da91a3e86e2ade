import { shellWord } from '../../engine/shell-word.ts';
import type { CeremonyRecord } from '../../vault/ceremony/record.ts';

export interface RestoreFacts {
	session: string;
	bucket: string;
	region: string;
	kmsKey: string;
	/** The rekey of this installation, where there was one; `unknown` without an installation. */
	rekeyed: CeremonyRecord | 'unknown' | undefined;
}

/**
 * A restore as a checklist. The facts are those of the product's own notes on backup, restore and
 * disaster recovery: backups go to `tfe-backup/`, encrypted with the installation's KMS key; every
 * boot restores the newest by itself; a copy in another region has to be encrypted anew.
 */
export function restoreGuide(facts: RestoreFacts): string[] {
	const { session, bucket, region, kmsKey } = facts;
	return [
		'# Restore Terraform Enterprise from its backups',
		'',
		'What a backup holds: the data of the machine itself, Vault among it. The database and the objects in the bucket are not in it.',
		'',
		'## In the same region: the machine is lost, or to be replaced',
		'',
		`[ ] Which backup? tfe-wizard backups list --session ${session}`,
		...openers(facts.rekeyed),
		'[ ] Database and bucket are there, and belong to the same installation',
		'[ ] Replace the machine: end it, and the auto scaling group makes another one. It restores the newest backup at its first boot, by itself',
		'[ ] Watch it: ssh tfe-admin@ADDRESS sudo journalctl -u atlas-setup -u vault -f',
		'[ ] Vault is open: ssh tfe-admin@ADDRESS vault status (a sealed or brand-new Vault is a failed restore: change nothing, ask for help)',
		'',
		'## In another region',
		'',
		'Beforehand, and for as long as the installation lives:',
		'',
		`[ ] Replication of s3://${bucket} to a bucket of the other region, everything but the prefix tfe-backup/ (its objects are encrypted with a key of ${region})`,
		`[ ] What was there before the replication: aws s3 sync ${shellWord(`s3://${bucket}`)} s3://OTHER_BUCKET --exclude 'tfe-backup/*'`,
		'[ ] An encrypted read replica of the database in the other region',
		'',
		'When it is needed:',
		'',
		'[ ] Copy the newest backup, decrypting it here and encrypting it there with a key of the other region:',
		'      aws configure set s3.signature_version s3v4',
		`      aws s3 cp ${shellWord(`s3://${bucket}/tfe-backup/BACKUP`)} ./BACKUP --region ${shellWord(region)}`,
		'      aws s3 cp --sse=aws:kms --sse-kms-key-id=OTHER_KMS_KEY ./BACKUP s3://OTHER_BUCKET/tfe-backup/BACKUP --region OTHER_REGION',
		'      shred --remove ./BACKUP',
		`    (${kmsKey} must still be usable for the first command)`,
		'[ ] Promote the replica, and make a snapshot of it before anything boots',
		'[ ] The machine image there is of the same release or a later one, never an earlier one',
		'[ ] Install with answers that name the promoted database, the other bucket and the other key:',
		'      tfe-wizard install --answers OTHER.yaml --session OTHER',
		'',
		'## Afterwards, in both cases',
		'',
		'[ ] Log in; read a variable marked sensitive; read an old log; the states are there',
		'[ ] Cancel the runs that were under way, and queue them again; look for what they left half made',
		`[ ] Make a backup and see it confirmed: tfe-wizard backup --session ${session}`,
	];
}

/** Every backup is opened by the key of its own moment, and by no other. */
function openers(rekeyed: RestoreFacts['rekeyed']): string[] {
	if (rekeyed === 'unknown')
		return [
			'[ ] Made before a rekey, or without one: Vault in it is opened by the key that was on the machine then',
			'[ ] Made after a rekey: opened by a quorum of the custodians of that rekey; have them ready',
		];
	if (rekeyed?.committedAt === undefined)
		return ['[ ] Vault in it is opened by the key that is on the machine; nobody has to be there'];
	const { threshold, shares, custodians, missing, escrow, committedAt, former } = rekeyed;
	const names = custodians
		.map(({ name }) => (missing.includes(name) ? `${name}: lost` : name))
		.join(', ');
	return [
		...former.map(
			({ name, until }) =>
				`[ ] Made before ${until}: opened by the key before that alone, kept encrypted (${name})`,
		),
		`[ ] Made after ${committedAt}: opened by ${threshold} of ${shares} custodians (${names}); have them ready`,
		`[ ] Made before: opened by the old key alone, which is kept encrypted (${escrow?.name ?? 'unknown'}); the new shares do not open it`,
	];
}
