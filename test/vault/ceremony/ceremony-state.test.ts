import { expect, it } from 'vitest';
import type {
	CeremonyOptions,
	CeremonyPorts,
} from '../../../source/vault/ceremony/ceremony-ports.ts';
import { ceremonyRecordSchema } from '../../../source/vault/ceremony/ceremony-record.ts';
import { CeremonyState } from '../../../source/vault/ceremony/ceremony-state.ts';
import { parseRekeyStatus } from '../../../source/vault/parse-json-response.ts';

const started = {
	started: true,
	nonce: 'n-9',
	n: 2,
	t: 2,
	pgp_fingerprints: ['AA', 'BB'],
	backup: true,
	verification_required: true,
};
const custodian = (name: string, fingerprint: string) => ({
	...{ name, fingerprint, encryptionKeyId: '', publicKey: '', wrapped: false },
});
const record = {
	...{ revision: 1, epoch: '', before: { shares: 1, threshold: 1 } },
	...{ shares: 2, threshold: 2, rekey: { verify: true } },
	custodians: [custodian('Ann', 'aa'), custodian('Ben', 'bb')],
};
const stateOf = (facts: object) =>
	new CeremonyState(
		{} as CeremonyPorts,
		{} as CeremonyOptions,
		ceremonyRecordSchema.parse({ ...record, ...facts }),
	);

it('adopts a start with a lost response only if the whole request matches and nothing was submitted', () => {
	const adopts = (facts: object, status: object = {}) =>
		stateOf(facts).isUnansweredStart(parseRekeyStatus({ ...started, ...status }));
	expect(adopts({})).toBe(true);
	for (const facts of [
		{ rekey: undefined },
		{ rekey: { verify: false } },
		{ rekey: { verify: true, nonce: 'n-8' } },
		{ threshold: 1 },
		{ shares: 3 },
		{ custodians: [...record.custodians].reverse() },
		{ custodians: [] },
	])
		expect(adopts(facts)).toBe(false);
	for (const status of [
		{ started: false },
		{ backup: false },
		{ progress: 1 },
		{ verification_nonce: 'v-1' },
	])
		expect(adopts({}, status)).toBe(false);
});

it('recognizes its own rekey only by the recorded nonce', () => {
	const owns = (rekey: object, status: object = {}) =>
		stateOf({ rekey }).isOurs(parseRekeyStatus({ ...started, ...status }));
	expect(owns({ verify: true, nonce: 'n-9' })).toBe(true);
	expect(owns({ verify: true, nonce: 'n-9' }, { started: false })).toBe(false);
	expect(owns({ verify: true, nonce: 'n-8' })).toBe(false);
	expect(owns({ verify: true }, { nonce: '' })).toBe(false);
});
