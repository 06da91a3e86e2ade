import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import {
	childEnvironment,
	hideSecretVariables,
	hideVaultVariables,
	onlyWith,
	secretVariablesIn,
	startedWith,
} from '../../source/engine/child-environment.ts';

const inherited = {
	PATH: '/usr/bin:/bin',
	HOME: '/home/operator',
	LANG: 'C.UTF-8',
	LC_ALL: 'C.UTF-8',
	TZ: 'UTC',
	TMPDIR: '/var/tmp',
	AWS_SECRET_ACCESS_KEY: 'aws',
	SSH_AUTH_SOCK: '/run/agent',
	OPERATORS_OWN: 'kept',
	DB_PASSWORD: 'canary-database',
	OTHER_SECRET: 'canary-other',
	VAULT_TOKEN: 'canary-token',
	BAO_TOKEN: 'canary-bao',
	TFE_WIZARD_HOME: '/home/operator/sessions',
};

describe('the environment of a child', () => {
	it('of a helper holds what every program needs to start, and nothing else', () => {
		expect(childEnvironment({ for: 'helper', inherited, add: { LC_ALL: 'C' } })).toEqual({
			PATH: '/usr/bin:/bin',
			HOME: '/home/operator',
			LANG: 'C.UTF-8',
			LC_ALL: 'C',
			TZ: 'UTC',
			TMPDIR: '/var/tmp',
		});
	});

	it('of a helper holds no secret either that its own names would let through', () => {
		const secrets = ['OTHER_SECRET'];
		const built = childEnvironment({ for: 'helper', inherited, secrets, pass: /SECRET/ });
		expect(built.AWS_SECRET_ACCESS_KEY).toBe('aws');
		expect(JSON.stringify(built)).not.toContain('canary');
	});

	it('holds no secret whose name looks like a language’s', () => {
		const named = { ...inherited, LC_SECRET: 'canary', LC_TIME: 'canary' };
		const secrets = ['LC_TIME', 'DB_PASSWORD', 'OTHER_SECRET', 'LC_SECRET'];
		for (const kind of ['helper', 'operator'] as const) {
			const built = childEnvironment({ for: kind, inherited: named, secrets });
			expect(JSON.stringify(built)).not.toContain('canary');
		}
		const unnamed = childEnvironment({ for: 'helper', inherited: named });
		expect(unnamed.LC_SECRET).toBeUndefined();
	});

	it('of a program of the operator holds all but secrets', () => {
		const secrets = ['DB_PASSWORD', 'OTHER_SECRET'];
		const built = childEnvironment({ for: 'operator', inherited, secrets });
		expect(built).toMatchObject({ AWS_SECRET_ACCESS_KEY: 'aws', OPERATORS_OWN: 'kept' });
		expect(JSON.stringify(built)).not.toContain('canary');
		expect(built.TFE_WIZARD_HOME).toBeUndefined();
	});

	it('keeps Vault’s variables for a command that runs Vault alone', () => {
		const secrets = ['DB_PASSWORD'];
		const built = childEnvironment({ for: 'operator', inherited, secrets, callsVault: true });
		expect(built).toMatchObject({ VAULT_TOKEN: 'canary-token' });
		expect(built.DB_PASSWORD).toBeUndefined();
	});

	it('keeps PATH where a map names it, as a tag of that name would', () => {
		const secrets = secretVariablesIn({ tags: { env: 'PATH' } });
		expect(secrets).toEqual(['PATH']);
		expect(childEnvironment({ for: 'operator', inherited, secrets }).PATH).toBe('/usr/bin:/bin');
	});

	it('names the variables of secrets, and of nothing that only looks like one', () => {
		const answers = {
			'settings.db_password': { env: 'DB_PASSWORD' },
			'a.command': { command: 'echo $OTHER_SECRET' },
			tags: { env: 'production', team: 'infra' },
			list: ['env'],
			none: null,
		};
		expect(secretVariablesIn(answers)).toEqual(['DB_PASSWORD']);
	});
});

describe('what children of libraries inherit', () => {
	const names = ['CANARY_PASSWORD', 'VAULT_TOKEN', 'BAO_TOKEN', 'CANARY_OWN'];
	afterEach(() => {
		for (const name of names) delete process.env[name];
	});

	/** As the AWS SDK starts a credential_process. */
	const seenByLibraries = () => execFileSync('env', { encoding: 'utf8' });

	it('has neither Vault’s variables nor secrets, which this program still knows', () => {
		for (const name of names) process.env[name] = `canary ${name}`;
		hideVaultVariables();
		hideSecretVariables(['CANARY_PASSWORD']);
		expect(seenByLibraries()).toContain('CANARY_OWN=canary CANARY_OWN');
		expect(seenByLibraries()).not.toMatch(/VAULT_|BAO_|CANARY_PASSWORD/);
		expect(startedWith()).toMatchObject({
			VAULT_TOKEN: 'canary VAULT_TOKEN',
			CANARY_PASSWORD: 'canary CANARY_PASSWORD',
		});
	});

	it('keeps a variable that held a secret once from every child that comes later', () => {
		process.env.CANARY_PASSWORD = 'canary';
		hideSecretVariables(['CANARY_PASSWORD']);
		const built = childEnvironment({ for: 'operator', inherited: startedWith() });
		expect(built.CANARY_PASSWORD).toBeUndefined();
	});

	it('says to execa that nothing is added', () => {
		const built = childEnvironment({ for: 'helper', inherited });
		expect(onlyWith(built)).toEqual({ env: built, extendEnv: false });
	});
});
