import { expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { createHttpVault } from '../../source/vault/http-vault.ts';
import { describeFaultyServer } from './faulty-server.ts';

describeFaultyServer((port) => ({ host: '127.0.0.1', port }));

it('a share is unsent when the socket file is missing', async () => {
	const vault = createHttpVault(
		{ socketPath: '/nonexistent/vault.sock' },
		{ features: { family: 'rekey', verify: true, token: false } },
	);
	const request = { shares: 1, threshold: 1, pgpKeys: ['AA=='], backup: false, verify: true };
	const share = new SecretBytes(Buffer.alloc(33, 1));
	await expect(vault.submitShare(share, 'n-1', request)).rejects.toMatchObject({
		fault: 'unsent',
	});
});
