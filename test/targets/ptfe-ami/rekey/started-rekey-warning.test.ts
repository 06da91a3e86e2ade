import { describe, expect, it } from 'vitest';
import { getStartedRekeyWarning } from '../../../../source/targets/ptfe-ami/rekey/step.ts';

const kept = [{ name: 'share-1.gpg', custodian: 'ana', sha256: '' }];

describe('the warning about a started rekey', () => {
	it('shows the commands that finish or cancel the rekey', () => {
		const text = getStartedRekeyWarning({ rekey: { nonce: 'ab12', verify: true }, kept }, 'acme');
		expect(text).toContain(
			'a rekey that was started (nonce ab12) may still be in progress in Vault',
		);
		expect(text).toContain('Its encrypted key shares cannot unseal Vault.');
		expect(text).toContain('tfe-wizard rekey --session acme');
		expect(text).toContain('vault operator rekey -cancel -nonce=ab12');
	});

	it('is not shown if no rekey was started, or it is complete', () => {
		expect(getStartedRekeyWarning(undefined, 'acme')).toBeUndefined();
		expect(getStartedRekeyWarning({ kept: [] }, 'acme')).toBeUndefined();
		const done = { rekey: { nonce: 'ab12', verify: true }, kept, doneAt: '2026-11-28T00:00:00Z' };
		expect(getStartedRekeyWarning(done, 'acme')).toBeUndefined();
	});
});
