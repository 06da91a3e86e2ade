import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { findRekeyObstacle } from '../../source/vault/find-rekey-obstacle.ts';
import { createHttpVault } from '../../source/vault/http-vault.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';

const open = {
	type: 'shamir',
	initialized: true,
	sealed: false,
	t: 2,
	n: 3,
	progress: 0,
	version: '1.14.1',
	migration: false,
	recovery_seal: false,
};
const alone = { ha_enabled: false, is_self: false, leader_address: '' };
const idle = { nonce: '', started: false, t: 0, n: 0, progress: 0, required: 2 };
const foreign = {
	...idle,
	nonce: 'n-9',
	started: true,
	n: 5,
	t: 3,
	pgp_fingerprints: ['AA', 'BB'],
	backup: true,
	verification_required: true,
};

let server: Server | undefined;
afterEach(() => void server?.close());

/** The gate in front of a server with these responses; it accepts only GET. */
async function gate(
	answers: { seal?: object; leader?: object; rekey?: object },
	isOurs = (_: { nonce: string }) => false,
) {
	const asked: string[] = [];
	server = createServer((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		const body: Record<string, object> = {
			'/v1/sys/seal-status': { ...open, ...answers.seal },
			'/v1/sys/leader': { ...alone, ...answers.leader },
			'/v1/sys/rekey/init': answers.rekey ?? idle,
		};
		response.end(JSON.stringify(body[request.url ?? '']));
	});
	const listening = server;
	const port = await listenOnFreePort(listening);
	const vault = createHttpVault(
		{ host: '127.0.0.1', port },
		{ features: { family: 'rekey', verify: true, token: false } },
	);
	const result = await findRekeyObstacle(vault, isOurs);
	expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
	return result;
}

describe('the gate before a rekey, with a fake server', () => {
	it.each([
		['uninitialized', { seal: { initialized: false, sealed: true } }],
		['sealed', { seal: { sealed: true, progress: 1 } }],
		['auto-unseal', { seal: { type: 'awskms', recovery_seal: true } }],
		['recovery-seal', { seal: { recovery_seal: true } }],
		['migration', { seal: { migration: true, sealed: true } }],
		['standby', { leader: { ha_enabled: true, leader_address: 'http://10.0.0.7:8200' } }],
		['foreign-rekey', { rekey: foreign }],
	])('closes for %s with the reason, its meaning and next steps', async (reason, answers) => {
		const result = await gate(answers);
		if (result === undefined) throw new Error('it is open');
		expect(result.reason).toBe(reason);
		expect(result.what).toMatch(/^\S.*\.$/);
		expect(result.means).toMatch(/^\S.*\.$/);
		expect(result.next.length).toBeGreaterThan(0);
	});

	it('shows a foreign rekey with its nonce and does not cancel it', async () => {
		const result = await gate({ rekey: foreign }, ({ nonce }) => nonce === 'n-8');
		expect(result).toMatchObject({ what: expect.stringContaining('n-9') });
		expect(JSON.stringify(result)).toContain('vault operator rekey -cancel -nonce=n-9');
	});

	it('opens for the active node and for a recorded rekey', async () => {
		expect(await gate({})).toBeUndefined();
		expect(await gate({ leader: { ha_enabled: true, is_self: true } })).toBeUndefined();
		expect(await gate({ rekey: foreign }, ({ nonce }) => nonce === 'n-9')).toBeUndefined();
	});
});
