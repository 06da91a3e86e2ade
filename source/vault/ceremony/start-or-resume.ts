import type { z } from 'zod';
import { findRekeyObstacle } from '../find-rekey-obstacle.ts';
import type { RekeyStatus } from '../parse-json-response.ts';
import { formatFingerprint } from '../pgp/describe-shared-keys.ts';
import { generateWrappingKey } from '../pgp/generate-keys.ts';
import { VaultError } from '../response-errors.ts';
import { createRefusedError } from './ceremony-errors.ts';
import { getOrPromptPassphrase } from './ceremony-passphrase.ts';
import type { CeremonyEvent, CeremonyOptions, CeremonyPorts } from './ceremony-ports.ts';
import type { PromptContent } from './ceremony-prompt-types.ts';
import {
	type CeremonyCustodian,
	type CeremonyRecord,
	ceremonyRecordSchema,
} from './ceremony-record.ts';
import {
	CeremonyState,
	describeCurrentUnsealKeys,
	matchesCustodianKeys,
} from './ceremony-state.ts';
import { toFileNamePart } from './store-encrypted-key.ts';
import { cancelOwnDryRun, cancelOwnRekey, createForeignRekeyError } from './verify-by-dry-run.ts';

/** Resumes the recorded ceremony or starts one. Changes nothing but the record. */
export async function* startOrResumeCeremony(
	ports: CeremonyPorts,
	options: CeremonyOptions,
): AsyncGenerator<CeremonyEvent, CeremonyState> {
	const known = await ports.records.read();
	if (
		known !== undefined &&
		(known.committedAt !== undefined || known.committingAt !== undefined)
	) {
		if (known.doneAt !== undefined && !matchesOptions(known, options))
			throw createAlreadyRekeyedError(known, options);
		yield { kind: 'note', text: `resuming the rekey of ${known.epoch}` };
		return new CeremonyState(ports, options, known);
	}
	const seal = await ports.vault.sealStatus();
	const before = { shares: seal.shares, threshold: seal.threshold };
	const configuration = { shares: options.custodians.length, threshold: options.threshold };
	if (known?.custodians.length === 0) {
		// Recomputed by each run until the operator agrees.
		return new CeremonyState(ports, options, { ...known, before, ...configuration });
	}
	if (known !== undefined && matchesOptions(known, options)) {
		yield { kind: 'note', text: `resuming the rekey of ${known.epoch}` };
		return new CeremonyState(ports, options, { ...known, before });
	}
	if (known !== undefined) {
		// Other custodians: the rekey for the earlier ones is dropped; nothing of it was committed.
		const former = new CeremonyState(ports, options, known);
		await cancelOwnDryRun(former);
		await cancelOwnRekey(former);
		for (const { name } of known.wrapKeys) await ports.storage.remove(name);
		yield {
			kind: 'warning',
			text: 'the key holders or the threshold changed: restarting the rekey',
		};
	}
	const record: z.input<typeof ceremonyRecordSchema> = {
		revision: known?.revision ?? 0,
		epoch: ports.now(),
		...configuration,
		custodians: [],
		before,
		former: known?.former,
	};
	return new CeremonyState(ports, options, ceremonyRecordSchema.parse(record));
}

/** A second rekey is up to the custodians: no key on the instance unseals Vault any more. */
function createAlreadyRekeyedError(known: CeremonyRecord, options: CeremonyOptions) {
	const names = known.custodians.map(({ name }) => name).join(', ');
	return createRefusedError(
		`Vault was rekeyed on ${known.doneAt} to ${known.threshold} of ${names}; the answers differ in key holders, keys or threshold.`,
		{
			safe: describeCurrentUnsealKeys(known),
			next: [
				'on the instance, with a quorum of those key holders: vault operator rekey -init -verify …',
				`or restore the earlier answers: ${options.resume}`,
			],
		},
		'the answers used for the rekey',
	);
}

export function matchesOptions(record: CeremonyRecord, options: CeremonyOptions): boolean {
	return (
		record.threshold === options.threshold &&
		record.custodians.length === options.custodians.length &&
		options.custodians.every(({ name, key }, index) => {
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
export async function assertRekeyPossible(ceremony: CeremonyState): Promise<void> {
	const { vault, instance } = ceremony.ports;
	const seal = await vault.sealStatus();
	if (!seal.sealed) await cancelOwnDryRun(ceremony);
	const obstacle = await findRekeyObstacle(
		vault,
		(rekey) => ceremony.isOurs(rekey) || ceremony.isUnansweredStart(rekey),
	);
	if (obstacle === undefined) return;
	throw createRefusedError(obstacle.what, {
		safe: obstacle.means,
		next: [
			...(obstacle.reason === 'sealed'
				? [
						`on the instance, with the current unseal key: sudo cat ${instance.keyFile} | tr -d '\\n' | vault write sys/unseal key=-`,
						...(ceremony.record.committingAt === undefined
							? []
							: getInterruptedCommitSteps(ceremony)),
					]
				: obstacle.next),
			ceremony.options.resume,
		],
	});
}

/** Next steps when the commit was interrupted before 0.10.2 and the old key may not unseal Vault. */
function getInterruptedCommitSteps(ceremony: CeremonyState): string[] {
	const { backupBefore, escrow } = ceremony.record;
	const { storage } = ceremony.ports;
	return [
		'if that key does not unseal Vault, the rekey was interrupted: core/unseal-keys-backup in its storage holds the new key shares, encrypted; decrypted and combined, they are its one key',
		`or restore ${backupBefore?.key ?? 'the first backup'}, which the old unseal key unseals${escrow === undefined ? '' : ` (${storage.path(escrow.name)})`}: tfe-wizard backups restore-guide`,
	];
}

/** Requires that the instance holds the one unseal key, which only a look at the instance can tell. */
export async function assertSingleKeyOnInstance(ceremony: CeremonyState): Promise<void> {
	const { instance } = ceremony.ports;
	const { before, committingAt } = ceremony.record;
	if (committingAt !== undefined) return;
	const file = await instance.keyFileState();
	if (file === 'there' && before.threshold === 1) return;
	const next = [
		`on the instance, with a quorum of the key holders: ${ceremony.command} rekey`,
		ceremony.options.resume,
	];
	if (before.threshold > 1 && file !== 'there')
		throw createRefusedError(
			`Vault already uses ${before.threshold} of ${before.shares} key shares, and no key file is on the instance.`,
			{ safe: 'The existing key shares unseal Vault. Nothing was changed.', next },
			'a Vault unsealed by one key on its instance',
		);
	if (before.threshold > 1)
		throw createRefusedError(
			`Vault uses ${before.threshold} of ${before.shares} key shares, but ${instance.keyFile} still exists: a rekey was started elsewhere and not finished.`,
			{
				safe: 'The new key shares unseal Vault, the file does not. Do not restart the instance.',
				next: ['resume the session that started it, or use its bucket', ...next],
			},
		);
	throw createRefusedError(
		file === 'other'
			? `${instance.keyFile} is not a regular file.`
			: `${instance.keyFile} is missing, and Vault uses a single unseal key.`,
		{
			safe: describeCurrentUnsealKeys(undefined),
			next: [`find the unseal key and restore it as ${instance.keyFile}`, ceremony.options.resume],
		},
		'the unseal key in a regular file',
	);
}

/** Shows what will happen and waits for approval. Then the custodians are recorded. */
export async function* confirmStartAndRecordCustodians(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent> {
	const { options, ports } = ceremony;
	if (ceremony.record.agreedAt !== undefined) return;
	const own = options.custodians.flatMap(({ name, key }) =>
		key === undefined ? [] : [{ name, key }],
	);
	if (ports.operator === undefined) {
		for (const { name, key } of own)
			yield { kind: 'note', text: `${name}: key ${formatFingerprint(key.fingerprint)}` };
		if (own.length < options.custodians.length)
			throw ceremony.createRefusedError(
				'An unattended rekey requires a public key for every key holder; some have none.',
				'an OpenPGP public key for every key holder',
			);
		ceremony.requireApproval('start the rekey. Nothing was changed.');
	} else {
		await ceremony.requireAgreement('prove', createStartPrompt(ceremony, own));
	}
	const custodians: CeremonyCustodian[] = [];
	const wrapKeys: CeremonyRecord['wrapKeys'] = [];
	for (const [index, { name, key }] of options.custodians.entries()) {
		if (key !== undefined) {
			custodians.push({ name, ...key, wrapped: false });
			continue;
		}
		const passphrase = await getOrPromptPassphrase(ceremony);
		const { privateKey, ...made } = await generateWrappingKey(name, passphrase);
		const file = `wrap-${toFileNamePart(ceremony.record.epoch)}-${index + 1}-${toFileNamePart(name)}.asc`;
		const sha256 = await ports.storage.store(file, Buffer.from(privateKey));
		custodians.push({ name, ...made, wrapped: true });
		wrapKeys.push({ custodian: name, name: file, sha256 });
		yield { kind: 'note', text: `created a wrapping key for ${name}, who has no public key` };
	}
	await ceremony.update({ custodians, wrapKeys, agreedAt: ports.now() });
}

function createStartPrompt(
	ceremony: CeremonyState,
	own: readonly { name: string; key: { fingerprint: string } }[],
): PromptContent {
	const { options, ports } = ceremony;
	const n = options.custodians.length;
	const names = options.custodians.map(({ name }) => name);
	return ceremony.createConfirmation({
		ceremony: {
			...ceremony.view('prove'),
			custodians: options.custodians.map(({ name, key }) => ({
				name,
				...(key === undefined ? {} : { fingerprint: formatFingerprint(key.fingerprint) }),
				state: 'waiting' as const,
			})),
		},
		title: 'Rekey Vault: overview',
		will: [
			`The unseal key in ${ports.instance.keyFile} is replaced by ${n} key shares, ${options.threshold} of which unseal Vault: ${names.join(', ')}.`,
			'First, a dry run verifies the current key, a backup is confirmed, and the key is stored encrypted.',
			ports.vault.features.verify
				? 'The new key shares are handed out and confirmed before the rekey is committed.'
				: 'This Vault cannot verify first: the rekey is committed at once, with the shares stored encrypted in two places.',
			'Every share is verified; then the key file is removed and a second backup is confirmed.',
			'Do not start Terraform runs until the rekey completes: data written during it is in no backup if Vault fails.',
			`From then on every restart of the instance requires ${options.threshold} key holders.`,
			...(options.restart
				? ['At the end Vault is restarted and unsealed with the new key shares.']
				: []),
		],
		check: own.map(({ name, key }) => ({ label: name, value: formatFingerprint(key.fingerprint) })),
		warnings: options.warnings,
		yes: 'start the rekey',
		no: 'not now',
	});
}

/**
 * Starts the rekey, or resumes the one this ceremony started. Vault's response is compared with the
 * request; any difference cancels the rekey.
 *
 * @returns Vault's status; `verificationNonce` is set when the old key was already submitted.
 */
export async function* startOrResumeRekey(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent, RekeyStatus> {
	const { vault } = ceremony.ports;
	await cancelOwnDryRun(ceremony);
	let status = await vault.rekeyStatus();
	if (status.started && !ceremony.isOurs(status))
		throw createForeignRekeyError(ceremony, status.nonce);
	if (!status.started) {
		await ceremony.update({
			rekey: { verify: vault.features.verify },
			submittingAt: undefined,
			kept: [],
			received: [],
		});
		status = await requestRekey(ceremony);
	}
	// Recorded before it is checked: only a recorded rekey may be cancelled.
	await ceremony.update({ rekey: { nonce: status.nonce, verify: status.verificationRequired } });
	const wrong = describeDifferences(ceremony, status);
	if (wrong.length > 0) {
		await cancelOwnRekey(ceremony);
		throw ceremony.createExternalError(
			`Vault started a different rekey than requested: ${wrong.join(', ')}.`,
		);
	}
	yield { kind: 'note', text: `rekey started (nonce ${status.nonce})` };
	return status;
}

/** Adopts the rekey that Vault started for a run that was interrupted before the response. */
export async function adoptStartedRekey(ceremony: CeremonyState): Promise<void> {
	const status = await ceremony.ports.vault.rekeyStatus();
	if (ceremony.isUnansweredStart(status))
		await ceremony.update({ rekey: { nonce: status.nonce, verify: status.verificationRequired } });
}

async function requestRekey(ceremony: CeremonyState): Promise<RekeyStatus> {
	const { vault } = ceremony.ports;
	try {
		return await vault.startRekey(ceremony.request);
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unclear') {
			// Nothing was started: a later rekey by others must not be mistaken for this one.
			await ceremony.update({ rekey: undefined });
			throw ceremony.createExternalError('Vault refused to start the rekey.', thrown);
		}
		const status = await vault.rekeyStatus();
		if (ceremony.isUnansweredStart(status)) return status;
		throw ceremony.createExternalError(
			'Could not determine whether Vault started a rekey.',
			thrown,
		);
	}
}

/** Describes how Vault's rekey differs from the request. */
function describeDifferences(ceremony: CeremonyState, status: RekeyStatus): string[] {
	const { request, record } = ceremony;
	return [
		...(status.shares === request.shares ? [] : [`${status.shares} shares`]),
		...(status.threshold === request.threshold ? [] : [`threshold ${status.threshold}`]),
		...(matchesCustodianKeys(status.fingerprints, record.custodians)
			? []
			: ['other keys or another key order']),
		...(status.backup === request.backup ? [] : ['no backup of the encrypted shares']),
		...(status.verificationRequired === request.verify ? [] : ['without verification']),
	];
}
