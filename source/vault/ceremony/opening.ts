import type { AgreeMoment } from '../../engine/moment.ts';
import { gateRekey } from '../gate.ts';
import { fingerprintGroups } from '../pgp/custodians.ts';
import type { Course as CourseType } from './course.ts';
import { Course } from './course.ts';
import { cancelDryRun, cancelOurs } from './dry-run.ts';
import { refused } from './errors.ts';
import { passphraseOf } from './passphrase.ts';
import type { CeremonyPorts, CeremonyWishes, News } from './ports.ts';
import type { CeremonyCustodian, CeremonyRecord } from './record.ts';
import { slug } from './seal.ts';
import { safeNow } from './view.ts';

/** Takes up the ceremony that is recorded, or opens one. Changes nothing but the record. */
export async function* opening(
	ports: CeremonyPorts,
	wishes: CeremonyWishes,
): AsyncGenerator<News, CourseType> {
	const known = await ports.records.read();
	if (
		known !== undefined &&
		(known.committedAt !== undefined || known.committingAt !== undefined)
	) {
		if (known.doneAt !== undefined && !sameWishes(known, wishes))
			throw endedForOthers(known, wishes);
		yield { kind: 'note', text: `goes on with the ceremony of ${known.epoch}` };
		return new Course(ports, wishes, known);
	}
	const seal = await ports.vault.sealStatus();
	const before = { shares: seal.shares, threshold: seal.threshold };
	if (known?.custodians.length === 0) {
		// Settled by each run anew until they are agreed to.
		const { shares, threshold } = settled(wishes);
		return new Course(ports, wishes, { ...known, before, shares, threshold });
	}
	if (known !== undefined && sameWishes(known, wishes)) {
		yield { kind: 'note', text: `goes on with the ceremony of ${known.epoch}` };
		return new Course(ports, wishes, { ...known, before });
	}
	if (known !== undefined) {
		// Other custodians: what was begun for the first ones is dropped, and nothing of it counted.
		const former = new Course(ports, wishes, known);
		await cancelDryRun(former);
		await cancelOurs(former);
		for (const { name } of known.wrapKeys) await ports.keeping.forget(name);
		yield {
			kind: 'warning',
			text: 'the custodians or the threshold changed: the ceremony begins anew',
		};
	}
	const epoch = ports.now();
	return new Course(ports, wishes, {
		revision: known?.revision ?? 0,
		epoch,
		...settled(wishes),
		custodians: [],
		before,
		dryRuns: [],
		former: known?.former ?? [],
		wrapKeys: [],
		kept: [],
		received: [],
		proven: [],
		missing: [],
	});
}

function settled({ custodians, threshold }: CeremonyWishes) {
	return { shares: custodians.length, threshold };
}

/** A second rekey is the custodians' own affair: no key on the machine leads to it any more. */
function endedForOthers(known: CeremonyRecord, wishes: CeremonyWishes) {
	const names = known.custodians.map(({ name }) => name).join(', ');
	return refused(
		`Vault was rekeyed on ${known.doneAt} to ${known.threshold} of ${names}; the answers name other custodians, keys or another threshold.`,
		{
			safe: safeNow(known),
			next: [
				'with a quorum of those custodians, on the machine: vault operator rekey -init -verify …',
				`or put the answers back as they were: ${wishes.resume}`,
			],
		},
		'the answers the rekey was made with',
	);
}

export function sameWishes(record: CeremonyRecord, wishes: CeremonyWishes): boolean {
	return (
		record.threshold === wishes.threshold &&
		record.custodians.length === wishes.custodians.length &&
		wishes.custodians.every(({ name, key }, index) => {
			const known = record.custodians[index];
			return (
				known?.name === name &&
				known.wrapped === (key === undefined) &&
				(key === undefined ||
					(key.fingerprint === known.fingerprint && key.publicKey === known.publicKey))
			);
		})
	);
}

/**
 * Vault may be rekeyed at all: open, active, opened by shares, and busy with nobody else's rekey.
 * Only looks, and ends what a dry run of this ceremony has left under way.
 */
export async function assertOpen(course: CourseType): Promise<void> {
	const { vault, machine } = course.ports;
	const seal = await vault.sealStatus();
	if (!seal.sealed) await cancelDryRun(course);
	const { rekey, custodians, shares, threshold } = course.record;
	const gate = await gateRekey(vault, {
		nonces: rekey?.nonce === undefined ? [] : [rekey.nonce],
		...(rekey === undefined || rekey.nonce !== undefined
			? {}
			: {
					pending: {
						shares,
						threshold,
						verify: rekey.verify,
						fingerprints: custodians.map(({ fingerprint }) => fingerprint),
					},
				}),
	});
	if (gate.open) return;
	throw refused(gate.what, {
		safe: gate.means,
		next: [
			...(gate.reason === 'sealed'
				? [
						`with the old key, on the machine: sudo cat ${machine.keyFile} | tr -d '\\n' | vault write sys/unseal key=-`,
						...(course.record.committingAt === undefined ? [] : brokenOff(course)),
					]
				: gate.next),
			course.wishes.resume,
		],
	});
}

/** Before 0.10.2, where the key that was to be replaced opens it no more. */
function brokenOff(course: CourseType): string[] {
	const { backupBefore, escrow } = course.record;
	const { keeping } = course.ports;
	return [
		'if that key does not open it, Vault broke off in the middle of the rekey: its storage, core/unseal-keys-backup, holds the new shares, encrypted; opened by their custodians and put together they are its one key',
		`or restore ${backupBefore?.key ?? 'the backup from before'}, which the old key opens${escrow === undefined ? '' : ` (${keeping.path(escrow.name)})`}: tfe-wizard backups restore-guide`,
	];
}

/** What only a look at the machine can tell, before anything is begun. */
export async function assertPossible(course: CourseType): Promise<void> {
	const { machine } = course.ports;
	const { before, committingAt } = course.record;
	if (committingAt !== undefined) return;
	const file = await machine.keyFileState();
	if (file === 'there' && before.threshold === 1) return;
	const next = [
		`with a quorum of the custodians: ${course.command} rekey, on the machine`,
		course.wishes.resume,
	];
	if (before.threshold > 1 && file !== 'there')
		throw refused(
			`Vault is opened by ${before.threshold} of ${before.shares} shares already, and no key file is on the machine.`,
			{ safe: 'The custodians’ shares open Vault; nothing was changed.', next },
			'a Vault that is opened by the one key on its machine',
		);
	if (before.threshold > 1)
		throw refused(
			`Vault is opened by ${before.threshold} of ${before.shares} shares, and ${machine.keyFile} is still there: a rekey was begun elsewhere and not ended.`,
			{
				safe: 'The new shares open Vault, the file does not. Do not restart the machine.',
				next: ['go on with the session that began it, or from its bucket', ...next],
			},
		);
	throw refused(
		file === 'other'
			? `${machine.keyFile} is no regular file.`
			: `${machine.keyFile} is not there, and Vault is opened by one key.`,
		{
			safe: safeNow(undefined),
			next: [`find the unseal key, put it back as ${machine.keyFile}`, course.wishes.resume],
		},
		'the unseal key in a regular file',
	);
}

/** Shows all that will happen, and waits for the word. Then the custodians are settled. */
export async function* agreeToBegin(course: CourseType): AsyncGenerator<News> {
	const { wishes, ports } = course;
	if (course.record.agreedAt !== undefined) return;
	const own = wishes.custodians.flatMap(({ name, key }) =>
		key === undefined ? [] : [{ name, key }],
	);
	if (ports.person === undefined) {
		for (const { name, key } of own)
			yield { kind: 'note', text: `${name}: key ${fingerprintGroups(key.fingerprint)}` };
		if (own.length < wishes.custodians.length)
			throw refused(
				'Without a person present shares leave encrypted only, and some custodians have no key.',
				course.standing,
				'an OpenPGP public key for every custodian',
			);
		if (!wishes.approved)
			throw refused('The rekey waits for approval; nothing was changed.', {
				safe: safeNow(undefined),
				next: [`${wishes.resume} --approve change`],
			});
	} else {
		await course.agreed(agreement(course, own));
	}
	const custodians: CeremonyCustodian[] = [];
	const wrapKeys: CeremonyRecord['wrapKeys'] = [];
	for (const [index, { name, key }] of wishes.custodians.entries()) {
		if (key !== undefined) {
			custodians.push({ name, ...key, wrapped: false });
			continue;
		}
		const { privateKey, ...made } = await ports.keys.wrapping(name, await passphraseOf(course));
		const file = `wrap-${slug(course.record.epoch)}-${index + 1}-${slug(name)}.asc`;
		const sha256 = await ports.keeping.keep(file, privateKey);
		custodians.push(made);
		wrapKeys.push({ custodian: name, name: file, sha256 });
		yield { kind: 'note', text: `a wrapping key for ${name}, who has no key of their own` };
	}
	await course.set({ custodians, wrapKeys, agreedAt: ports.now() });
}

function agreement(
	course: CourseType,
	own: readonly { name: string; key: { fingerprint: string } }[],
): AgreeMoment {
	const { wishes, ports } = course;
	const n = wishes.custodians.length;
	const names = wishes.custodians.map(({ name }) => name);
	return {
		kind: 'agree',
		step: wishes.step,
		ceremony: {
			...course.view('prove'),
			custodians: wishes.custodians.map(({ name, key }) => ({
				name,
				...(key === undefined ? {} : { fingerprint: fingerprintGroups(key.fingerprint) }),
				state: 'waiting' as const,
			})),
		},
		title: 'Rekey Vault: what will happen',
		will: [
			`The one key in ${ports.machine.keyFile} is replaced by ${n} shares, ${wishes.threshold} of which open Vault: ${names.join(', ')}.`,
			'The old key is proven by a dry run, kept encrypted, and a backup is made and confirmed first.',
			ports.vault.abilities.verify
				? 'The new shares are handed out and given back before they count.'
				: 'This Vault cannot wait for proof: the new shares count at once, encrypted and kept in two places.',
			'Every share is proven; then the key file is removed and a second backup confirmed.',
			'Let no runs begin until all that has ended: should Vault break off, what is written meanwhile is in no backup.',
			`From then on every restart of the machine needs ${wishes.threshold} custodians.`,
			...(wishes.restart ? ['At the end Vault is restarted and opened with the new shares.'] : []),
		],
		check: own.map(({ name, key }) => ({ label: name, value: fingerprintGroups(key.fingerprint) })),
		warnings: wishes.warnings,
		type: wishes.name,
		yes: 'begin',
		no: 'not now',
	};
}
