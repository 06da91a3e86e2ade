import { execFileSync } from 'node:child_process';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
	excludeFromChildEnvironments,
	getInitialEnvironment,
	removeVaultVariablesFromProcessEnv,
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
	CANARY_DB: 'canary-database',
	CANARY_SECRET: 'canary-other',
	VAULT_TOKEN: 'canary-token',
	BAO_TOKEN: 'canary-bao',
	TFE_WIZARD_HOME: '/home/operator/sessions',
};

describe('buildChildEnvironment', () => {
	beforeAll(() => excludeFromChildEnvironments(['CANARY_DB', 'CANARY_SECRET']));

	it('gives a helper only what every program needs to start', () => {
		expect(buildChildEnvironment({ for: 'helper', inherited, add: { LC_ALL: 'C' } })).toEqual({
			PATH: '/usr/bin:/bin',
			HOME: '/home/operator',
			LANG: 'C.UTF-8',
			LC_ALL: 'C',
			TZ: 'UTC',
			TMPDIR: '/var/tmp',
		});
	});

	it('gives a helper no secret that its pass pattern would match', () => {
		const built = buildChildEnvironment({ for: 'helper', inherited, pass: /SECRET/ });
		expect(built.AWS_SECRET_ACCESS_KEY).toBe('aws');
		expect(JSON.stringify(built)).not.toContain('canary');
	});

	it('excludes secrets whose names look like locale variables', () => {
		const named = { ...inherited, LC_SECRET: 'canary', LC_TELEPHONE: 'canary' };
		const unnamed = buildChildEnvironment({ for: 'helper', inherited: named });
		expect(unnamed.LC_SECRET).toBeUndefined();
		excludeFromChildEnvironments(['LC_TELEPHONE', 'LC_SECRET']);
		for (const kind of ['helper', 'operator'] as const) {
			const built = buildChildEnvironment({ for: kind, inherited: named });
			expect(JSON.stringify(built)).not.toContain('canary');
		}
	});

	it('gives an operator program everything except secrets', () => {
		const built = buildChildEnvironment({ for: 'operator', inherited });
		expect(built).toMatchObject({ AWS_SECRET_ACCESS_KEY: 'aws', OPERATORS_OWN: 'kept' });
		expect(JSON.stringify(built)).not.toContain('canary');
		expect(built.TFE_WIZARD_HOME).toBeUndefined();
	});

	it('includes Vault variables only for a command that runs Vault', () => {
		const built = buildChildEnvironment({ for: 'operator', inherited, callsVault: true });
		expect(built).toMatchObject({ VAULT_TOKEN: 'canary-token' });
		expect(built.CANARY_DB).toBeUndefined();
	});

	it('keeps PATH even if an answer names it as a secret', () => {
		excludeFromChildEnvironments(['PATH']);
		const built = buildChildEnvironment({ for: 'operator', inherited });
		expect(built.PATH).toBe('/usr/bin:/bin');
	});
});

describe('the environment that libraries pass to their children', () => {
	const names = ['CANARY_PASSWORD', 'VAULT_TOKEN', 'BAO_TOKEN', 'CANARY_OWN'];
	afterEach(() => {
		for (const name of names) delete process.env[name];
	});

	/** Starts a child as the AWS SDK starts a credential_process. */
	const seenByLibraries = () => execFileSync('env', { encoding: 'utf8' });

	it('contains no Vault variables and no secrets, which stay available to this program', () => {
		for (const name of names) process.env[name] = `canary ${name}`;
		removeVaultVariablesFromProcessEnv();
		excludeFromChildEnvironments(['CANARY_PASSWORD']);
		expect(seenByLibraries()).toContain('CANARY_OWN=canary CANARY_OWN');
		expect(seenByLibraries()).not.toMatch(/VAULT_|BAO_|CANARY_PASSWORD/);
		expect(getInitialEnvironment()).toMatchObject({
			VAULT_TOKEN: 'canary VAULT_TOKEN',
			CANARY_PASSWORD: 'canary CANARY_PASSWORD',
		});
	});

	it('excludes a variable that once held a secret from every later child', () => {
		process.env.CANARY_PASSWORD = 'canary';
		excludeFromChildEnvironments(['CANARY_PASSWORD']);
		const built = buildChildEnvironment({ for: 'operator', inherited: getInitialEnvironment() });
		expect(built.CANARY_PASSWORD).toBeUndefined();
	});

	it('tells execa not to extend the environment', () => {
		const built = buildChildEnvironment({ for: 'helper', inherited });
		expect(createExactEnvironmentOptions(built)).toEqual({ env: built, extendEnv: false });
	});
});
