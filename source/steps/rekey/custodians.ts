import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { WizardError } from '../../engine/errors.ts';
import { readCustodianKey } from '../../vault/pgp/custodian-key.ts';
import { type CustodianShare, custodianProblems } from '../../vault/pgp/custodians.ts';
import type { Context } from '../services.ts';
import { PEOPLE, THRESHOLD } from './questions.ts';

/** A key should outlive the year until the next planned rekey. */
const GOOD_FOR_MS = 365 * 24 * 60 * 60_000;

export interface CustodianChoice {
	name: string;
	key?: { fingerprint: string; encryptionKeyId: string; publicKey: string };
}

/**
 * The custodians of the answers, with their keys read and judged before Vault sees them: every
 * problem in one pass.
 *
 * @throws WizardError `answers` naming each key that cannot be used, and why.
 */
export async function custodiansOf(
	context: Context,
): Promise<{ custodians: CustodianChoice[]; warnings: string[] }> {
	const people = Object.entries((context.answers[PEOPLE] ?? {}) as Record<string, string>);
	const threshold = Number(context.answers[THRESHOLD]);
	const custodians: CustodianChoice[] = [];
	const shares: CustodianShare[] = [];
	const warnings: string[] = [];
	const problems: string[] = [];
	const next: string[] = [];
	for (const [name, file] of people) {
		if (file === '') {
			custodians.push({ name });
			continue;
		}
		const path = resolve(context.services.baseFolder, file);
		const bytes = readKey(path);
		if (typeof bytes === 'string') {
			problems.push(`The key file of ${name} ${bytes}: ${path}`);
			continue;
		}
		const goodUntil = new Date(Date.now() + GOOD_FOR_MS);
		const judged = await readCustodianKey(bytes, { name, goodUntil });
		if (!judged.ok) {
			problems.push(`${judged.problem.what} (${path}; wanted: ${judged.problem.expected})`);
			next.push(...judged.problem.next);
			continue;
		}
		const { fingerprint, encryptionKeyId, base64 } = judged.key;
		custodians.push({ name, key: { fingerprint, encryptionKeyId, publicKey: base64 } });
		shares.push({ name, key: judged.key });
		warnings.push(...judged.warnings);
	}
	for (const { kind, what, next: lead } of custodianProblems(shares, threshold)) {
		if (kind === 'same-key') warnings.push(what);
		else {
			problems.push(what);
			next.push(...lead);
		}
	}
	if (people.length === threshold)
		warnings.push('Every one of the shares is needed to open Vault: none may be lost.');
	if (problems.length === 0) return { custodians, warnings };
	throw new WizardError('answers', {
		message: `${PEOPLE}: ${problems.length === 1 ? 'a key' : `${problems.length} keys`} cannot be used; Vault was not asked for anything.`,
		details: problems,
		expected: 'an OpenPGP public key for each custodian, or empty where they have none',
		next: [...new Set(next)],
	});
}

function readKey(path: string): Buffer | string {
	try {
		return readFileSync(path);
	} catch (thrown) {
		const { code } = thrown as NodeJS.ErrnoException;
		return code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown'})`;
	}
}
