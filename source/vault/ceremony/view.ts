import type { CeremonyView } from '../../engine/moment.ts';
import { fingerprintGroups } from '../pgp/custodians.ts';
import type { CeremonyRecord } from './record.ts';

export const stages = [
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
export type Stage = (typeof stages)[number];

const titles: Readonly<Record<Stage, string>> = {
	prove: 'Prove the old key',
	'back-up': 'Back up',
	'new-shares': 'Make the new shares',
	'hand-out': 'Hand them out',
	count: 'Make them count',
	'prove-all': 'Prove every share',
	remove: 'Remove the old key',
	'back-up-again': 'Back up again',
	restart: 'Restart, open with the new shares',
};

/** Which pair of storage and key opens Vault right now, in one sentence. */
export function safeNow(record: CeremonyRecord | undefined): string {
	if (record?.backupAfter !== undefined)
		return 'The new shares open Vault, and the newest backup of it.';
	if (record?.committedAt !== undefined)
		return 'The new shares open Vault. Until the backup after it is confirmed, do not restart, upgrade or end the machine.';
	if (record?.committingAt !== undefined)
		return 'The new shares may count already: keep them and the old key, and do not restart Vault.';
	return 'The old key on the machine opens Vault; nothing has changed yet.';
}

/** What every screen of the ceremony is headed with. */
export function ceremonyView(
	record: CeremonyRecord,
	stage: Stage,
	facts: { restart: boolean; current?: string },
): CeremonyView {
	const shown = stages.filter((one) => one !== 'restart' || facts.restart);
	const here = shown.indexOf(stage);
	return {
		title: 'Rekey Vault',
		stages: shown.map((one, index) => ({
			title: titles[one],
			state: index < here ? 'done' : index === here ? 'current' : 'open',
		})),
		custodians: record.custodians.map(({ name, fingerprint, wrapped }) => ({
			name,
			...(wrapped ? {} : { fingerprint: fingerprintGroups(fingerprint) }),
			state:
				name === facts.current
					? 'current'
					: record.proven.includes(name)
						? 'proven'
						: record.received.includes(name)
							? 'received'
							: 'waiting',
		})),
		safe: safeNow(record),
	};
}
