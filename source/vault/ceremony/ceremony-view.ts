import { formatFingerprint } from '../pgp/check-custodians.ts';
import type { CeremonyProgress } from './ceremony-prompts.ts';
import type { CeremonyRecord } from './ceremony-record.ts';

const ceremonyStages = [
	'prove',
	'back-up',
	'new-shares',
	'hand-out',
	'count',
	'prove-all',
	'remove',
	'back-up-again',
	'restart',
] as const;
export type CeremonyStage = (typeof ceremonyStages)[number];

const stageTitles: Readonly<Record<CeremonyStage, string>> = {
	prove: 'Verify the current key',
	'back-up': 'Back up',
	'new-shares': 'Create new key shares',
	'hand-out': 'Hand out key shares',
	count: 'Commit the rekey',
	'prove-all': 'Verify every key share',
	remove: 'Remove the old key',
	'back-up-again': 'Back up again',
	restart: 'Restart and unseal Vault',
};

/** Says in one sentence which key unseals which storage now. */
export function describeValidKeys(record: CeremonyRecord | undefined): string {
	if (record?.backupAfter !== undefined)
		return 'The new key shares unseal Vault and its latest backup.';
	if (record?.committedAt !== undefined)
		return 'The new key shares unseal Vault. Do not restart, upgrade or terminate the instance until the second backup is confirmed.';
	if (record?.committingAt !== undefined)
		return 'The rekey may be committed. Do not restart Vault or discard the new key shares or the old key.';
	return 'The unseal key on the instance unseals Vault. Nothing has changed.';
}

/** The header of every ceremony screen. */
export function createCeremonyView(
	record: CeremonyRecord,
	stage: CeremonyStage,
	options: { restart: boolean; current?: string },
): CeremonyProgress {
	const shown = ceremonyStages.filter((one) => one !== 'restart' || options.restart);
	const here = shown.indexOf(stage);
	return {
		title: 'Rekey Vault',
		stages: shown.map((one, index) => ({
			title: stageTitles[one],
			state: index < here ? 'done' : index === here ? 'current' : 'open',
		})),
		custodians: record.custodians.map(({ name, fingerprint, wrapped }) => ({
			name,
			...(wrapped ? {} : { fingerprint: formatFingerprint(fingerprint) }),
			state:
				name === options.current
					? 'current'
					: record.proven.includes(name)
						? 'proven'
						: record.received.includes(name)
							? 'received'
							: 'waiting',
		})),
		safe: describeValidKeys(record),
	};
}
