import { describe, expect, it } from 'vitest';
import {
	parseRekeyStatus,
	parseResponsePayload,
	parseSealStatus,
	parseShareBackup,
	parseSubmitResponseAsBackup,
	parseSubmitResult,
	parseVerificationResult,
	parseVerificationStatus,
} from '../../source/vault/parse-json-response.ts';
import { createResponseError, splitOutputAndMaskKeys } from '../../source/vault/response-errors.ts';
import { getRecordedRefusal, readRecordedCommands } from './recorded-responses.ts';

// Vault 1.8: its commands print the server's JSON.
const recorded = readRecordedCommands('vault-1.8.json');
const entry = (title: string) => {
	const found = recorded.find((one) => one.title === title);
	if (found === undefined) throw new Error(`no entry ${title}`);
	return found;
};
const body = (title: string) => parseResponsePayload(entry(title).stdout);
const unclear = expect.objectContaining({ name: 'VaultError', fault: 'unclear', words: [] });
const NONCE = '332e765b-539c-3d4f-c4aa-43ebe7d59d4c';
const PLAIN_NONCE = 'de016514-acb0-dc52-c060-647b125708e2';
const PROOF_NONCE = '6a65fa5f-588a-e6f6-8351-93a557ce2963';

describe('responses recorded from Vault 1.8', () => {
	it('distinguish an uninitialized, sealed and unsealed server', () => {
		const seal = (title: string) => parseSealStatus(body(title));
		expect(seal('status-uninitialized')).toMatchObject({ initialized: false, sealed: true });
		expect(seal('status-sealed')).toMatchObject({ initialized: true, sealed: true });
		expect(seal('status-unsealed')).toMatchObject({ sealed: false, type: 'shamir' });
		expect(seal('unseal')).toMatchObject({ sealed: false });
		expect(seal('status-after-rekey')).toMatchObject({ shares: 5, threshold: 2 });
	});

	it('include the rekey and its verification', () => {
		const status = (title: string) => parseRekeyStatus(body(title));
		expect(status('rekey-status-idle')).toMatchObject({ started: false, nonce: '' });
		expect(status('rekey-status-started')).toMatchObject({ nonce: PLAIN_NONCE, shares: 5 });
		expect(status('rekey-status-final')).toMatchObject({ started: false, required: 2 });
		expect(status('rekey-init')).toMatchObject({ started: true, verificationRequired: false });
		expect(status('rekey-init-verify')).toMatchObject({ verificationRequired: true });
		expect(status('rekey-status-verifying')).toMatchObject({
			progress: 0,
			verificationRequired: true,
			verificationNonce: PROOF_NONCE,
		});
		expect(parseVerificationStatus(body('rekey-verify-status'))).toEqual({
			started: true,
			nonce: PROOF_NONCE,
			progress: 0,
		});
		expect(parseVerificationResult(body('rekey-verify-new-1of2'))).toMatchObject({
			complete: false,
			progress: 1,
		});
	});

	it('never become shares when they are unencrypted, and are not shown', () => {
		for (const [title, shares] of [
			['rekey-submit', 5],
			['rekey-verify-submit-2', 3],
		] as const) {
			const parse = () => parseSubmitResult(body(title), shares);
			expect(parse).toThrow(unclear);
			const secrets: string[] = JSON.parse(entry(title).stdout).keys;
			expect(secrets).toHaveLength(shares);
			for (const secret of secrets) expect(parse).not.toThrow(secret);
		}
		const first = parseSubmitResult(body('rekey-verify-submit-1'), 3);
		expect(first).toMatchObject({ complete: false, status: { verificationRequired: true } });
	});

	it('contain exactly the requested number of shares, and the same ones in a backup', () => {
		const done = parseSubmitResult(body('rekey-submit-pgp-2of2'), 3);
		if (!done.complete) throw new Error('not complete');
		expect(() => parseSubmitResult(body('rekey-submit-pgp-2of2'), 2)).toThrow(unclear);
		const { Keys, Nonce } = body('rekey-backup-retrieve-with-token') as {
			Keys: Record<string, string[]>;
			Nonce: string;
		};
		// The command capitalizes the names of the fields.
		const backup = parseShareBackup({ keys: Keys, nonce: Nonce });
		const stored = parseSubmitResponseAsBackup(entry('rekey-submit-pgp-2of2').stdout);
		for (const kept of [backup, stored]) {
			expect(kept?.nonce).toBe(NONCE);
			expect(kept?.shares.size).toBe(3);
			for (const { fingerprint, message } of done.shares)
				expect(kept?.shares.get(fingerprint)).toEqual([message]);
		}
		const { stdout } = entry('rekey-submit-pgp-2of2');
		expect(parseSubmitResponseAsBackup(stdout.slice(0, stdout.length / 2))).toBeUndefined();
		expect(parseSubmitResponseAsBackup(entry('rekey-submit-pgp-1of2').stdout)).toBeUndefined();
	});

	it.each(['init', 'version', 'rekey-backup-delete', 'rekey-cancel-none'])(
		'are never mistaken for a status or for new shares: %s',
		(title) => {
			for (const parse of [
				parseRekeyStatus,
				parseSealStatus,
				(it: unknown) => parseSubmitResult(it, 1),
			])
				expect(() => parse(body(title))).toThrow(unclear);
		},
	);

	it.each([
		['rekey-init-while-sealed', 503, 'node is not active'],
		['rekey-init-threshold-over-shares', 400, 'threshold greater'],
		['rekey-init-threshold-one-many-shares', 500, 'threshold must be greater than one'],
		['rekey-init-already-started', 400, 'rekey already in progress'],
		['rekey-init-pgp-count-mismatch', 400, 'incorrect number of PGP keys'],
	])('are refusals of a start: %s', (title, status, said) => {
		const { words } = getRecordedRefusal(entry(title));
		const starting = { what: 'start a rekey', risk: 'prepares' } as const;
		expect(createResponseError(starting, status, splitOutputAndMaskKeys(words))).toMatchObject({
			fault: 'refused',
			words: [expect.stringContaining(said)],
		});
	});
});
