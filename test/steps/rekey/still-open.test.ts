import { describe, expect, it } from 'vitest';
import { stillOpen } from '../../../source/steps/rekey/step.ts';

const kept = [{ name: 'share-1.gpg', custodian: 'ana', sha256: '' }];

describe('an answer that leaves a rekey which was started', () => {
	it('is warned of, with the commands that finish or cancel it', () => {
		const text = stillOpen({ rekey: { nonce: 'ab12', verify: true }, kept }, 'acme');
		expect(text).toContain('a rekey that was started (nonce ab12) may still be open in Vault');
		expect(text).toContain('Its encrypted shares open nothing.');
		expect(text).toContain('tfe-wizard rekey --session acme');
		expect(text).toContain('vault operator rekey -cancel -nonce=ab12');
	});

	it('is not where none was started, or it is done', () => {
		expect(stillOpen(undefined, 'acme')).toBeUndefined();
		expect(stillOpen({ kept: [] }, 'acme')).toBeUndefined();
		const done = { rekey: { nonce: 'ab12', verify: true }, kept, doneAt: '2026-11-28T00:00:00Z' };
		expect(stillOpen(done, 'acme')).toBeUndefined();
	});
});
