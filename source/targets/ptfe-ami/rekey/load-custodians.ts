import { resolve } from 'node:path';
import { WizardError } from '../../../engine/errors.ts';
import type { Context } from '../../../steps/step-context.ts';
import type { CeremonyOptions } from '../../../vault/ceremony/ceremony-ports.ts';
import type { CeremonyRecord } from '../../../vault/ceremony/ceremony-record.ts';
import { describeSharedKeys, formatFingerprint } from '../../../vault/pgp/describe-shared-keys.ts';
import { parseCustodianKey } from '../../../vault/pgp/parse-custodian-key.ts';
import { readCustodianKeyFile } from './custodian-key-files.ts';
import { CUSTODIANS_KEY, THRESHOLD_KEY } from './questions.ts';

/** A key should be valid until the next yearly rekey. */
const GOOD_FOR_MS = 365 * 24 * 60 * 60_000;

type KeyContext = Pick<Context, 'services'> & { cancel?: Pick<Context['cancel'], 'gentle'> };

type Custodian = CeremonyOptions['custodians'][number];

/**
 * The key holders of the answers, with their keys read and validated before any request to Vault:
 * reports every problem in one pass. Once their shares may be committed, the recorded keys are used: a
 * moved file or an expired key is only a warning and does not prevent completing the rekey.
 *
 * @param ceremony The ceremony in progress, or completed.
 * @throws WizardError `answers` with each key that is not valid, and why.
 */
export async function loadCustodians(
	context: Pick<Context, 'answers'> & KeyContext,
	ceremony?: CeremonyRecord,
): Promise<{ custodians: Custodian[]; warnings: string[] }> {
	const people = Object.entries((context.answers[CUSTODIANS_KEY] ?? {}) as Record<string, string>);
	if (ceremony?.committingAt !== undefined || ceremony?.committedAt !== undefined)
		return loadRecordedCustodians(context, people, ceremony.custodians);
	const threshold = Number(context.answers[THRESHOLD_KEY]);
	const custodians: Custodian[] = [];
	const warnings: string[] = [];
	const problems: string[] = [];
	const next: string[] = [];
	for (const [name, file] of people) {
		if (file === '') {
			custodians.push({ name });
			continue;
		}
		const path = resolve(context.services.baseFolder, file);
		const bytes = await readKeyFile(context, name, path);
		if (typeof bytes === 'string') {
			problems.push(bytes);
			continue;
		}
		const goodUntil = new Date(Date.now() + GOOD_FOR_MS);
		const judged = await parseCustodianKey(bytes, { name, goodUntil });
		if (!judged.ok) {
			problems.push(`${judged.problem.what} (${path}; expected: ${judged.problem.expected})`);
			next.push(...judged.problem.next);
			continue;
		}
		const { fingerprint, encryptionKeyId, base64 } = judged.key;
		custodians.push({ name, key: { fingerprint, encryptionKeyId, publicKey: base64 } });
		warnings.push(...judged.warnings);
	}
	const shares = custodians.flatMap(({ name, key }) => (key === undefined ? [] : [{ name, key }]));
	const shared = describeSharedKeys(shares, threshold);
	warnings.push(...shared.warnings);
	problems.push(...shared.problems);
	if (shared.problems.length > 0) next.push('Add key holders or raise the threshold.');
	if (people.length === threshold)
		warnings.push('Every key share is required to unseal Vault, so none may be lost.');
	if (problems.length === 0) return { custodians, warnings };
	throw new WizardError('answers', {
		message: `${CUSTODIANS_KEY}: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`} with the public keys; no request was sent to Vault.`,
		details: problems,
		expected: 'an OpenPGP public key for each key holder, or empty',
		next: [...new Set(next)],
	});
}

async function loadRecordedCustodians(
	context: KeyContext,
	people: readonly (readonly [string, string])[],
	recorded: CeremonyRecord['custodians'],
): Promise<{ custodians: Custodian[]; warnings: string[] }> {
	const custodians: Custodian[] = [];
	const warnings: string[] = [];
	for (const [name, file] of people) {
		const known = recorded.find((one) => one.name === name);
		if (known === undefined || known.wrapped) {
			custodians.push({ name });
			continue;
		}
		const { fingerprint, encryptionKeyId, publicKey } = known;
		custodians.push({ name, key: { fingerprint, encryptionKeyId, publicKey } });
		const other = await describeChangedKey(context, name, file, fingerprint);
		if (other !== undefined)
			warnings.push(
				`${other}; the key share of ${name} is encrypted to ${formatFingerprint(fingerprint)}`,
			);
	}
	return { custodians, warnings };
}

/** A message if the key file of a key holder no longer contains the recorded key. */
async function describeChangedKey(
	context: KeyContext,
	name: string,
	file: string,
	fingerprint: string,
): Promise<string | undefined> {
	if (file === '') return `The answers no longer specify the key file of ${name}`;
	const path = resolve(context.services.baseFolder, file);
	const bytes = await readKeyFile(context, name, path);
	if (typeof bytes === 'string') return bytes;
	const judged = await parseCustodianKey(bytes, { name });
	if (!judged.ok) return judged.problem.what.replace(/\.$/, '');
	return judged.key.fingerprint === fingerprint
		? undefined
		: `${path} now contains a different key`;
}

/** The bytes of a key file, or why it could not be read. Throws when the run is cancelled. */
async function readKeyFile(
	context: KeyContext,
	name: string,
	path: string,
): Promise<Buffer | string> {
	try {
		return await readCustodianKeyFile(name, path, context.cancel?.gentle);
	} catch (thrown) {
		if (!(thrown instanceof WizardError) || thrown.fault === 'cancelled') throw thrown;
		return thrown.message.replace(/\.$/, '');
	}
}
