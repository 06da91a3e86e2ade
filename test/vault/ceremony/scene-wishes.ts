import type { CeremonyWishes } from '../../../source/vault/ceremony/ports.ts';
import type { Keyed } from './people.ts';

/** Two of these people open Vault from then on. */
export function wishesOf(custodians: readonly Keyed[]): CeremonyWishes {
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
