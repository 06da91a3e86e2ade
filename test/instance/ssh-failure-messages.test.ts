import { describe, expect, it } from 'vitest';
import {
	createMasterArguments,
	createSessionArguments,
} from '../../source/instance/ssh-arguments.ts';
import {
	classifySshFailure,
	describeSshFailure,
	getLastSshMessage,
} from '../../source/instance/ssh-failure-messages.ts';

const target = { host: 'tfe.example.com', user: 'tfe-admin' };

describe('error messages of ssh', () => {
	// As printed by OpenSSH 9.2; the first two with a jump host.
	it.each([
		[
			'no-answer',
			'ssh: connect to host jump port 22: Connection timed out\nConnection closed by UNKNOWN port 65535\n',
		],
		[
			'not-let-in',
			'me@jump: Permission denied (publickey).\nConnection closed by UNKNOWN port 65535\n',
		],
		['no-such-name', 'ssh: Could not resolve hostname nohost: Name or service not known\n'],
		['port-closed', 'ssh: connect to host 10.0.0.1 port 22: Connection refused\n'],
		['no-answer', 'Connection timed out during banner exchange\n'],
		['no-route', 'ssh: connect to host 10.0.0.1 port 22: No route to host\n'],
		['hung-up', 'kex_exchange_identification: Connection closed by remote host\n'],
		['not-let-in', 'Received disconnect from 10.0.0.1: 2: Too many authentication failures\n'],
		[
			'unknown-host-key',
			'No ED25519 host key is known for x and you have requested strict checking.\nHost key verification failed.\n',
		],
		[
			'changed-host-key',
			'@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nOffending ED25519 key in /home/me/.ssh/known_hosts:3\nHost key verification failed.\n',
		],
		['revoked-host-key', '@       WARNING: REVOKED HOST KEY DETECTED!               @\n'],
		['bad-configuration', '/x/config: line 1: Bad configuration option: nonsense\n'],
		['other', 'something nobody has seen\n'],
		['other', ''],
	] as const)('are classified as %s', (kind, stderr) => {
		expect(classifySshFailure(stderr)).toBe(kind);
		const { message, hint } = describeSshFailure(kind, target, stderr);
		expect(message).toMatch(/\.$/);
		expect(hint.length).toBeGreaterThan(0);
	});

	it('are quoted by their most relevant line', () => {
		expect(
			getLastSshMessage('a: Permission denied\r\nConnection closed by UNKNOWN port 65535\r\n'),
		).toBe('a: Permission denied');
		expect(getLastSshMessage('Connection closed by UNKNOWN port 65535\n')).toContain('UNKNOWN');
		expect(getLastSshMessage('')).toBe('');
	});

	it('of a changed host key name the location of the earlier key and never suggest to ignore the change', () => {
		const stderr = 'Offending ED25519 key in /home/me/.ssh/known_hosts:3\n';
		const { message, hint } = describeSshFailure('changed-host-key', target, stderr, {
			...{ shown: ['256 SHA256:x (ED25519)'], knownAs: '[10.0.0.1]:2222' },
		});
		expect(message).toContain('HAS CHANGED');
		expect(hint[0]).toBe('The known key is in /home/me/.ssh/known_hosts:3');
		expect(hint.indexOf('  256 SHA256:x (ED25519)')).toBe(2);
		expect(hint.join('\n')).toMatch(/stop and inform your security team[\s\S]*ssh-keygen/);
		expect(hint.join('\n')).toContain(
			"ssh-keygen -f /home/me/.ssh/known_hosts -R '[10.0.0.1]:2222', then",
		);
	});
});

describe('ssh arguments', () => {
	const words = [
		createMasterArguments(
			{ ...target, host: '-oProxyCommand=x' },
			'/run/a b%/c',
			1500,
			'cat',
			true,
		),
		createSessionArguments({ ...target, host: '-oProxyCommand=x' }, '/run/a b%/c', 'id'),
	];

	it.each(words.map((one) => [one]))(
		'never accept a host key or parse a host name as an option',
		(argv) => {
			expect(argv).toContain('StrictHostKeyChecking=yes');
			expect(argv).toContain('NoHostAuthenticationForLocalhost=no');
			expect(argv).toContain('BatchMode=yes');
			expect(argv.join(' ')).not.toMatch(
				/accept-new|StrictHostKeyChecking=(no|off)|KnownHostsFile/,
			);
			expect(argv.slice(-3, -1)).toEqual(['--', '-oProxyCommand=x']);
			expect(argv).toContain('ControlPath="/run/a b%%/c"');
		},
	);

	it('let a session use only the existing connection', () => {
		expect(words[1]).toContain('ProxyCommand=false');
		expect(words[0]).not.toContain('ProxyCommand=false');
		expect(words[0]).toContain('ConnectTimeout=2');
	});
});
