import { describe, expect, it } from 'vitest';
import {
	assertRekeyNonceIfStarted,
	assertSafeRekeyRequest,
} from '../../source/vault/rekey-preconditions.ts';
import {
	classifyShareSubmissionError,
	createResponseError,
	splitOutputAndMaskKeys,
	VaultError,
} from '../../source/vault/response-errors.ts';
import { getRecordedRefusal, readRecordedCommands } from './recorded-responses.ts';

const submitting = { what: 'accept a current key share', risk: 'commits' } as const;
const judged = (status: number, words: string) =>
	classifyShareSubmissionError(
		createResponseError(submitting, status, splitOutputAndMaskKeys(words)),
	);
const thrownBy = (refuse: () => unknown): VaultError => {
	try {
		refuse();
	} catch (thrown) {
		if (thrown instanceof VaultError) return thrown;
	}
	throw new Error('nothing was refused');
};

describe('the verdict of a refused submit on the shares', () => {
	it.each([
		[400, 'Unseal failed, invalid key'],
		[400, 'Invalid key'],
		[400, 'master key verification failed: Unseal failed, invalid key'],
		[400, 'rootter key verification failed: Unseal failed, invalid key'],
		[
			500,
			'failed to read master key: failed to encrypt keys for storage: cipher: message authentication failed',
		],
		[
			500,
			'failed to read root key: invalid key: failed to decrypt keys from storage: cipher: message authentication failed',
		],
		[400, 'cipher: message authentication failed'],
		[500, 'failed to setup unseal key: crypto/aes: invalid key size 33'],
		[400, 'invalid key: failed to setup unseal key: crypto/aes: invalid key size 33'],
		[400, 'rekey verification failed; incorrect key shares supplied'],
		[400, 'rotation verification failed; incorrect key shares supplied'],
		[400, 'given key has already been provided during this generation operation'],
		[400, 'given key has already been provided during this verify operation'],
		[400, 'key is shorter than minimum 16 bytes'],
		[400, 'key is longer than maximum 33 bytes'],
		[500, 'failed to compute root key: all parts must be the same length'],
		[500, 'failed to compute key for verification: duplicate part detected'],
	])('takes %i "%s" for wrong shares', (status, words) => {
		expect(judged(status, words)).toBe('wrong');
	});

	it.each([
		[400, 'no encryption keys'],
		[
			500,
			'failed to encrypt shares: error setting up encryption for PGP message: openpgp: invalid argument: cannot encrypt a message to key id dfd6b617833981d2 because it has no encryption keys',
		],
		[
			500,
			'failed to encrypt shares: error setting up encryption for PGP message: openpgp: invalid argument: cannot encrypt a message to key id dfd6b617833981d2 because it has no valid encryption keys',
		],
		[500, 'failed to encrypt shares: error encrypting PGP message: openpgp: invalid data'],
	])('takes %i "%s" for a PGP key that cannot encrypt', (status, words) => {
		expect(judged(status, words)).toBe('cannot-encrypt');
	});

	it.each([
		[503, 'Vault is sealed'],
		[503, 'node is not active'],
		[400, 'Vault is in standby mode'],
		[400, 'rootter key verification failed: Vault is sealed'],
		[400, 'no rekey in progress'],
		[400, 'no barrier rekey in progress'],
		[400, 'no recovery rekey in progress'],
		[400, 'no rotation in progress'],
		[400, 'no rekey verification in progress'],
		[400, 'no rekey configuration found'],
		[
			400,
			'rekey operation already finished; verification must be performed; nonce for the verification operation is "c8a1321a-7bec-1a9a-3eda-8a46efaa07ef"',
		],
		[
			400,
			'incorrect nonce supplied; nonce for this rekey operation is c8a1321a-7bec-1a9a-3eda-8a46efaa07ef',
		],
		[400, "'key' must be a valid hex or base64 string"],
		[400, 'server is not yet initialized'],
		[400, 'missing client token'],
		[403, 'permission denied'],
		[413, 'request body too large'],
		[429, 'request path "sys/rekey/update": rate limit quota exceeded'],
		[
			500,
			'failed to read root key: failed to fetch stored keys: read /data/vault: input/output error',
		],
		[500, 'failed to fetch existing config: cipher: message authentication failed'],
		[500, 'failed to save unseal key backup: no space left on device'],
		[500, 'failed to perform barrier rekey: failed to store keys: Unseal failed, invalid key'],
		[502, 'Bad Gateway'],
		[307, 'redirect to https://10.0.0.2:8200/v1/sys/rekey/update, not followed'],
	])('takes %i "%s" for no verdict', (status, words) => {
		expect(judged(status, words)).toBe('not-judged');
	});

	it('takes an unsent or unanswered request for no verdict', () => {
		const status = { started: true, nonce: 'another', shares: 1, threshold: 1, progress: 0 };
		const rest = { required: 1, fingerprints: [], backup: false, verificationRequired: false };
		const another = { ...status, ...rest, verificationNonce: '' };
		const request = { shares: 1, threshold: 1, pgpKeys: ['AA=='], backup: true, verify: false };
		const looked = { family: 'rekey', verify: true, token: false } as const;
		for (const error of [
			thrownBy(() => assertRekeyNonceIfStarted(another, 'ours')),
			thrownBy(() => assertSafeRekeyRequest(request, looked)),
			new VaultError('refused', 'The rekey is no longer in progress. The key share was not sent.'),
			new VaultError(
				'refused',
				'There is no curl on the instance. Without a Vault token the response could be lost, so nothing was sent.',
			),
			new VaultError('unclear', 'Vault failed to accept a current key share: invalid key', {
				words: ['Unseal failed, invalid key'],
			}),
			new VaultError('unsent', 'Vault cannot be reached.'),
		]) {
			expect(classifyShareSubmissionError(error)).toBe('not-judged');
		}
	});

	it('reads the same verdicts from recorded responses', () => {
		const of = (name: 'vault-0.8.2.json' | 'vault-1.8.json', title: string) => {
			const command = readRecordedCommands(name).find((one) => one.title === title);
			if (command === undefined) throw new Error(`no entry ${title}`);
			const { status, words } = getRecordedRefusal(command);
			return judged(status, words);
		};
		expect(of('vault-0.8.2.json', 'rekey-submit-wrong-key')).toBe('wrong');
		expect(of('vault-0.8.2.json', 'rekey-submit-pgp-same-key-again')).toBe('wrong');
		expect(of('vault-0.8.2.json', 'rekey-submit-wrong-nonce')).toBe('not-judged');
		expect(of('vault-0.8.2.json', 'rekey-submit-not-base64')).toBe('not-judged');
		expect(of('vault-1.8.json', 'rekey-submit-wrong-key')).toBe('wrong');
		expect(of('vault-1.8.json', 'rekey-signonly-submit-2-fails-late')).toBe('cannot-encrypt');
		expect(of('vault-1.8.json', 'rekey-submit-wrong-nonce')).toBe('not-judged');
	});
});
