import type { AgreeMoment } from '../../engine/moment.ts';
import { gateRekey } from '../gate.ts';
import { fingerprintGroups } from '../pgp/custodians.ts';
import { Course } from './course.ts';
import { cancelDryRun, cancelOurs } from './dry-run.ts';
import { refused } from './errors.ts';
import { passphraseOf } from './passphrase.ts';
import type { CeremonyPorts, CeremonyWishes, News } from './ports.ts';
import type { CeremonyCustodian, CeremonyRecord } from './record.ts';
import { slug } from './seal.ts';
import { safeNow } from './view.ts';

/** Resumes the recorded ceremony or starts one. Changes nothing but the record. */
export async function* opening(
	ports: CeremonyPorts,
	wishes: CeremonyWishes,
): AsyncGenerator<News, Course> {
	const known = await ports.records.read();
	if (
		known !== undefined &&
		(known.committedAt !== undefined || known.committingAt !== undefined)
	) {
		if (known.doneAt !== undefined && !sameWishes(known, wishes))
			throw endedForOthers(known, wishes);
		yield { kind: 'note', text: `resuming the rekey of ${known.epoch}` };
		return new Course(ports, wishes, known);
	}
	const seal = await ports.vault.sealStatus();
	const before = { shares: seal.shares, threshold: seal.threshold };
	if (known?.custodians.length === 0) {
		// Recomputed by each run until the operator agrees.
		const { shares, threshold } = settled(wishes);
		return new Course(ports, wishes, { ...known, before, shares, threshold });
	}
	if (known !== undefined && sameWishes(known, wishes)) {
		yield { kind: 'note', text: `resuming the rekey of ${known.epoch}` };
		return new Course(ports, wishes, { ...known, before });
	}
	if (known !== undefined) {
		// Other custodians: the rekey for the earlier ones is dropped; nothing of it was committed.
		const former = new Course(ports, wishes, known);
		await cancelDryRun(former);
		await cancelOurs(former);
		for (const { name } of known.wrapKeys) await ports.keeping.forget(name);
		yield {
			kind: 'warning',
			text: 'the key holders or the threshold changed: restarting the rekey',
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

/** A second rekey is up to the custodians: no key on the instance unseals Vault any more. */
function endedForOthers(known: CeremonyRecord, wishes: CeremonyWishes) {
	const names = known.custodians.map(({ name }) => name).join(', ');
	return refused(
		`Vault was rekeyed on ${known.doneAt} to ${known.threshold} of ${names}; the answers differ in key holders, keys or threshold.`,
		{
			safe: safeNow(known),
			next: [
				'on the instance, with a quorum of those key holders: vault operator rekey -init -verify …',
				`or restore the earlier answers: ${wishes.resume}`,
			],
		},
		'the answers used for the rekey',
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
 * Requires that Vault can be rekeyed: unsealed, active, Shamir-sealed, and without another rekey in
 * progress. Changes nothing except that it cancels a leftover dry run of this ceremony.
 */
export async function assertOpen(course: Course): Promise<void> {
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
						`on the instance, with the current unseal key: sudo cat ${machine.keyFile} | tr -d '\\n' | vault write sys/unseal key=-`,
						...(course.record.committingAt === undefined ? [] : brokenOff(course)),
					]
				: gate.next),
			course.wishes.resume,
		],
	});
}

/** Next steps when the commit was interrupted before 0.10.2 and the old key may not unseal Vault. */
function brokenOff(course: Course): string[] {
	const { backupBefore, escrow } = course.record;
	const { keeping } = course.ports;
	return [
		'if that key does not unseal Vault, the rekey was interrupted: core/unseal-keys-backup in its storage holds the new key shares, encrypted; decrypted and combined, they are its one key',
		`or restore ${backupBefore?.key ?? 'the first backup'}, which the old unseal key unseals${escrow === undefined ? '' : ` (${keeping.path(escrow.name)})`}: tfe-wizard backups restore-guide`,
	];
}

/** Requires that the instance holds the one unseal key, which only a look at the instance can tell. */
export async function assertPossible(course: Course): Promise<void> {
	const { machine } = course.ports;
	const { before, committingAt } = course.record;
	if (committingAt !== undefined) return;
	const file = await machine.keyFileState();
	if (file === 'there' && before.threshold === 1) return;
	const next = [
		`on the instance, with a quorum of the key holders: ${course.command} rekey`,
		course.wishes.resume,
	];
	if (before.threshold > 1 && file !== 'there')
		throw refused(
			`Vault already uses ${before.threshold} of ${before.shares} key shares, and no key file is on the instance.`,
			{ safe: 'The existing key shares unseal Vault. Nothing was changed.', next },
			'a Vault unsealed by one key on its instance',
		);
	if (before.threshold > 1)
		throw refused(
			`Vault uses ${before.threshold} of ${before.shares} key shares, but ${machine.keyFile} still exists: a rekey was started elsewhere and not finished.`,
			{
				safe: 'The new key shares unseal Vault, the file does not. Do not restart the instance.',
				next: ['resume the session that started it, or use its bucket', ...next],
			},
		);
	throw refused(
		file === 'other'
			? `${machine.keyFile} is not a regular file.`
			: `${machine.keyFile} is missing, and Vault uses a single unseal key.`,
		{
			safe: safeNow(undefined),
			next: [`find the unseal key and restore it as ${machine.keyFile}`, course.wishes.resume],
		},
		'the unseal key in a regular file',
	);
}

/** Shows what will happen and waits for approval. Then the custodians are recorded. */
export async function* agreeToBegin(course: Course): AsyncGenerator<News> {
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
				'An unattended rekey requires a public key for every key holder; some have none.',
				course.standing,
				'an OpenPGP public key for every key holder',
			);
		if (!wishes.approved)
			throw refused('Approval required: start the rekey. Nothing was changed.', {
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
		yield { kind: 'note', text: `created a wrapping key for ${name}, who has no public key` };
	}
	await course.set({ custodians, wrapKeys, agreedAt: ports.now() });
}

function agreement(
	course: Course,
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
		title: 'Rekey Vault: overview',
		will: [
			`The unseal key in ${ports.machine.keyFile} is replaced by ${n} key shares, ${wishes.threshold} of which unseal Vault: ${names.join(', ')}.`,
			'First, a dry run verifies the current key, a backup is confirmed, and the key is stored encrypted.',
			ports.vault.abilities.verify
				? 'The new key shares are handed out and confirmed before the rekey is committed.'
				: 'This Vault cannot verify first: the rekey is committed at once, with the shares stored encrypted in two places.',
			'Every share is verified; then the key file is removed and a second backup is confirmed.',
			'Do not start Terraform runs until the rekey completes: data written during it is in no backup if Vault fails.',
			`From then on every restart of the instance requires ${wishes.threshold} key holders.`,
			...(wishes.restart
				? ['At the end Vault is restarted and unsealed with the new key shares.']
				: []),
		],
		check: own.map(({ name, key }) => ({ label: name, value: fingerprintGroups(key.fingerprint) })),
		warnings: wishes.warnings,
		type: wishes.name,
		yes: 'start the rekey',
		no: 'not now',
	};
}
