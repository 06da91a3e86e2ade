import type { CustodianKey } from './parse-custodian-key.ts';
import type { InputProblem } from './pgp-errors.ts';

/** A share and its custodian. A custodian with two shares has two entries. */
export interface CustodianShare {
	name: string;
	key: CustodianKey;
}

/**
 * same-key  several shares name the same key
 * quorum    one key receives enough shares to unseal Vault alone
 */
interface CustodianProblem extends InputProblem {
	kind: 'same-key' | 'quorum';
	names: readonly string[];
}

/**
 * Checks all custodians together: splitting the key is useless if one key decrypts several shares. Two
 * entries use the same key when their primary keys or their decryption subkeys are the same.
 *
 * @param threshold Number of shares that unseal Vault.
 */
export function findSharedKeyProblems(
	custodians: readonly CustodianShare[],
	threshold: number,
): CustodianProblem[] {
	return groupBySharedKey(custodians).flatMap((group) => {
		const names = group.map(({ name }) => name);
		const fingerprint = formatFingerprint(group[0]?.key.fingerprint ?? '');
		const found: CustodianProblem[] = [];
		if (group.length > 1) {
			found.push({
				kind: 'same-key',
				names,
				what: `The same key (${fingerprint}) is used for ${names.join(' and ')}.`,
				expected: 'a different key for each key holder',
				next: ['Ask each of them for their own public key.'],
			});
		}
		// A single share needs no separation.
		if (group.length >= threshold && custodians.length > 1) {
			found.push({
				kind: 'quorum',
				names,
				what: `The holder of key ${fingerprint} can unseal Vault alone: the key receives ${group.length} shares, and ${threshold} are required.`,
				expected: `fewer than ${threshold} key shares per key`,
				next: ['Add key holders or raise the threshold.'],
			});
		}
		return found;
	});
}

function groupBySharedKey(custodians: readonly CustodianShare[]): CustodianShare[][] {
	const groups: CustodianShare[][] = [];
	for (const custodian of custodians) {
		const group = groups.find((others) =>
			others.some((other) => isSameKey(other.key, custodian.key)),
		);
		if (group === undefined) groups.push([custodian]);
		else group.push(custodian);
	}
	return groups;
}

function isSameKey(a: CustodianKey, b: CustodianKey): boolean {
	return a.fingerprint === b.fingerprint || a.encryptionKeyId === b.encryptionKeyId;
}

/** `27B2 54E3 8BFE …`: upper case, as gpg prints it, for reading aloud. */
export function formatFingerprint(fingerprint: string): string {
	return fingerprint.toUpperCase().replace(/.{4}(?!$)/g, '$& ');
}
