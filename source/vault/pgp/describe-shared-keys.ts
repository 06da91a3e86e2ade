/** A share and its custodian. A custodian with two shares has two entries. */
interface CustodianShare {
	name: string;
	key: { fingerprint: string; encryptionKeyId: string };
}

/**
 * Checks all custodians together: splitting the key is useless if one key decrypts several shares. Two
 * entries use the same key when their primary keys or their decryption subkeys are the same.
 *
 * @param threshold Number of shares that unseal Vault.
 * @returns Warnings for keys of several shares, problems for those that can unseal Vault alone.
 */
export function describeSharedKeys(
	custodians: readonly CustodianShare[],
	threshold: number,
): { warnings: string[]; problems: string[] } {
	const warnings: string[] = [];
	const problems: string[] = [];
	for (const group of groupBySharedKey(custodians)) {
		const names = group.map(({ name }) => name);
		const fingerprint = formatFingerprint(group[0]?.key.fingerprint ?? '');
		if (group.length > 1)
			warnings.push(`The same key (${fingerprint}) is used for ${names.join(' and ')}.`);
		// A single share needs no separation.
		if (group.length >= threshold && custodians.length > 1)
			problems.push(
				`The holder of key ${fingerprint} can unseal Vault alone: the key receives ${group.length} shares, and ${threshold} are required.`,
			);
	}
	return { warnings, problems };
}

function groupBySharedKey(custodians: readonly CustodianShare[]): CustodianShare[][] {
	const groups: CustodianShare[][] = [];
	for (const custodian of custodians) {
		const { fingerprint, encryptionKeyId } = custodian.key;
		const group = groups.find((others) =>
			others.some(
				({ key }) => key.fingerprint === fingerprint || key.encryptionKeyId === encryptionKeyId,
			),
		);
		if (group === undefined) groups.push([custodian]);
		else group.push(custodian);
	}
	return groups;
}

/** `27B2 54E3 8BFE …`: upper case, as gpg prints it, for reading aloud. */
export function formatFingerprint(fingerprint: string): string {
	return fingerprint.toUpperCase().replace(/.{4}(?!$)/g, '$& ');
}
