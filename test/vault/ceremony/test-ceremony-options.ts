import type { CeremonyOptions } from '../../../source/vault/ceremony/ceremony-ports.ts';
import type { CustodianWithKey } from './test-custodians.ts';

/** A threshold of two among these custodians. */
export function createCeremonyOptions(custodians: readonly CustodianWithKey[]): CeremonyOptions {
	return {
		step: 'rekey',
		threshold: 2,
		custodians: custodians.map(({ name, key }) => ({ name, key })),
		warnings: [],
		restart: false,
		name: 'tfe.example.com',
		approved: false,
		resume: 'tfe-wizard rekey --session test',
	};
}
