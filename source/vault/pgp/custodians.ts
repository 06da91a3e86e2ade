import type { CustodianKey } from './custodian-key.ts';
import type { Problem } from './problem.ts';

/** A share and who gets it. The same person twice is two entries. */
export interface CustodianShare {
	name: string;
	key: CustodianKey;
}

/**
 * same-key  one key was named for several shares
 * quorum    one key opens as many shares as it takes to open Vault alone
 */
export interface CustodianProblem extends Problem {
	kind: 'same-key' | 'quorum';
	names: readonly string[];
}

/**
 * Judges all custodians together: shares are worth something only while they are apart. Two entries
 * share a key when their primary keys are the same, or the subkeys that decrypt.
 *
 * @param threshold How many shares open Vault.
 */
export function custodianProblems(
	custodians: readonly CustodianShare[],
	threshold: number,
): CustodianProblem[] {
	return sharedKeys(custodians).flatMap((group) => {
		const names = group.map(({ name }) => name);
		const fingerprint = fingerprintGroups(group[0]?.key.fingerprint ?? '');
		const found: CustodianProblem[] = [];
		if (group.length > 1) {
			found.push({
				kind: 'same-key',
				names,
				what: `The same key (${fingerprint}) was given for ${names.join(' and ')}.`,
				expected: 'a key of their own for each custodian',
				next: ['Ask each of them for the public key that only they can decrypt with.'],
			});
		}
		// With one share in all there is nothing to keep apart.
		if (group.length >= threshold && custodians.length > 1) {
			found.push({
				kind: 'quorum',
				names,
				what: `Whoever holds the key ${fingerprint} can open Vault alone: ${group.length} of the ${threshold} shares it takes go to it.`,
				expected: `fewer than ${threshold} shares to one key`,
				next: ['Name more custodians, or raise the threshold.'],
			});
		}
		return found;
	});
}

function sharedKeys(custodians: readonly CustodianShare[]): CustodianShare[][] {
	const groups: CustodianShare[][] = [];
	for (const custodian of custodians) {
		const group = groups.find((others) => others.some((other) => same(other.key, custodian.key)));
		if (group === undefined) groups.push([custodian]);
		else group.push(custodian);
	}
	return groups;
}

function same(a: CustodianKey, b: CustodianKey): boolean {
	return a.fingerprint === b.fingerprint || a.encryptionKeyId === b.encryptionKeyId;
}

/** `27B2 54E3 8BFE …`: upper case, as gpg prints it, to be read aloud. */
export function fingerprintGroups(fingerprint: string): string {
	return fingerprint.toUpperCase().replace(/.{4}(?!$)/g, '$& ');
}
