import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { getTemporaryBase, toCleanEnvironment } from './clean-environment.ts';
import { createTemporaryDirectory } from './temporary-directory.ts';

const hostile = {
	AWS_PROFILE: 'acme',
	AWS_REGION: 'mars-north-1',
	AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
	VAULT_ADDR: 'https://vault.acme.example',
	VAULT_TOKEN: 's.secret',
	TF_VAR_region: 'mars-north-1',
	TF_LOG: 'TRACE',
	TF_DATA_DIR: '/elsewhere',
	TF_CLI_ARGS: '-bogus',
	TFE_WIZARD_HOME: '/elsewhere',
	TFE_EMULATED_VAULT_VERSION: '0.8.2',
	SSH_AUTH_SOCK: '/elsewhere/agent',
	GIT_DIR: '/elsewhere/.git',
	GNUPGHOME: '/elsewhere/.gnupg',
	XDG_RUNTIME_DIR: '/elsewhere',
	XDG_CONFIG_HOME: '/elsewhere',
	NO_COLOR: '1',
	FORCE_COLOR: '3',
	EDITOR: 'false',
	VISUAL: 'false',
	COLUMNS: '20',
	LINES: '5',
	LC_ALL: 'de_DE.ISO-8859-1',
	LANGUAGE: 'de',
	TMUX: '/tmp/tmux-0/default,1,0',
	CI: 'true',
	NODE_OPTIONS: '--inspect',
};

it('removes every setting that could affect a test', () => {
	expect(toCleanEnvironment({ ...hostile, PATH: '/bin', HOME: '/root' })).toEqual({
		PATH: '/bin',
		HOME: '/root',
		LANG: 'C.UTF-8',
		TZ: 'UTC',
		TERM: 'xterm-256color',
		AWS_CONFIG_FILE: '/dev/null',
		AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
		AWS_EC2_METADATA_DISABLED: 'true',
	});
});

it('keeps the locations of required programs', () => {
	const needed = {
		PATH: '/bin',
		TF_CLI_CONFIG_FILE: '/etc/terraformrc',
		TFE_WIZARD_PRACTICE_VAULT: '/opt/vault',
		TFE_WIZARD_PROVIDER_MIRROR: '/opt/mirror',
		SSL_CERT_FILE: '/etc/ca.pem',
		NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
	};
	expect(toCleanEnvironment(needed)).toMatchObject(needed);
});

it('keeps a proxy and excludes this computer from it', () => {
	const proxied = toCleanEnvironment({
		https_proxy: 'http://proxy:3128',
		NO_PROXY: '.acme.example',
	});
	expect(proxied).toMatchObject({
		https_proxy: 'http://proxy:3128',
		NO_PROXY: '.acme.example,localhost,127.0.0.1,::1',
		no_proxy: 'localhost,127.0.0.1,::1',
	});
});

it('is applied to the environment of this test', () => {
	const { NODE_ENV: _own, ...here } = process.env;
	expect(Object.keys(here).filter((name) => !(name in toCleanEnvironment(here)))).toEqual([]);
	expect(process.env).toMatchObject({ LANG: 'C.UTF-8', TZ: 'UTC', TERM: 'xterm-256color' });
	expect(tmpdir()).toMatch(/\/tfe-test-\w+$/);
});

it('returns a temporary directory whose path is short enough for sockets', () => {
	const folder = createTemporaryDirectory();
	const long = join(folder, 'x'.repeat(100));
	mkdirSync(long);
	expect(getTemporaryBase('/tmp')).toBe('/tmp');
	expect(Buffer.byteLength(getTemporaryBase(long))).toBeLessThanOrEqual(40);
});
