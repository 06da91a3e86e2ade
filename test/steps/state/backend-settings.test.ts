import { describe, expect, test } from 'vitest';
import {
	getStackBackendSettings,
	nonSecretBackendArgumentsRule,
	otherBackendTypes,
} from '../../../source/steps/state/backends.ts';
import { stateRules } from '../../../source/steps/state/questions.ts';

const secret = 'hunter2-hunter2';

test.each(
	otherBackendTypes.flatMap(({ type, secrets }) =>
		Object.entries(secrets).map(([name, instead]) => [type, name, instead]),
	),
)('%s: rejects %s and suggests %s', (type, name, instead) => {
	const issues =
		nonSecretBackendArgumentsRule.schema.safeParse({ [name]: secret }).error?.issues ?? [];
	expect(issues.map(({ path }) => path)).toEqual([[name]]);
	expect(issues[0]?.message).toContain(`${instead} (${type})`);
	expect(JSON.stringify(issues)).not.toContain(secret);
});

test.each<[string, unknown, (string | number)[]]>([
	['within a block', { exec: { env: { api_token: secret } } }, ['exec', 'env', 'api_token']],
	['within a list', { assume_role: [{ secret_key: secret }] }, ['assume_role', 0, 'secret_key']],
	['within a URL', { address: `https://me:${secret}@git.example/state` }, ['address']],
	['as a private key', { certificate: `-----BEGIN PRIVATE KEY-----\n${secret}` }, ['certificate']],
	[
		'as the content of a key file',
		{ credentials: `{"private_key": "${secret}"}` },
		['credentials'],
	],
	['under an unknown name', { some_new_token: secret }, ['some_new_token']],
])('rejects a secret %s', (_name, settings, path) => {
	const issues = nonSecretBackendArgumentsRule.schema.safeParse(settings).error?.issues ?? [];
	expect(issues.map((issue) => issue.path)).toEqual([path]);
	expect(JSON.stringify(issues)).not.toContain(secret);
});

test.each([
	{},
	{
		storage_account_name: 'a',
		container_name: 'b',
		key: 'c',
		use_azuread_auth: true,
		oidc_token_file_path: '/x',
	},
	{ secret_suffix: 'tfe', namespace: 'tf', config_path: '~/.kube/config' },
	{ bucket: 'b', credentials: '/etc/key.json', kms_encryption_key: 'projects/p' },
	{ address: 'https://git.example/state', retry_wait_min: 5, username: 'bot' },
	{ bucket: 'b', namespace: 'n', private_key_path: '/x', tenancy_ocid: 'o' },
	{ organization: 'acme', workspaces: { name: 'tfe' } },
])('accepts %j', (settings) => {
	expect(nonSecretBackendArgumentsRule.schema.safeParse(settings)).toEqual({
		success: true,
		data: settings,
	});
});

describe('each stack has its own state', () => {
	test('{stack} is replaced everywhere', () => {
		const settings = {
			address: 'https://g/{stack}',
			lock_address: 'https://g/{stack}/lock',
			list: ['{stack}'],
			retry_max: 2,
		};
		expect(getStackBackendSettings('http', settings, 'install')).toEqual({
			address: 'https://g/install',
			lock_address: 'https://g/install/lock',
			list: ['install'],
			retry_max: 2,
		});
	});

	test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
		['azurerm', { key: 'tfe' }, { key: 'tfe/install' }],
		['azurerm', {}, { key: 'acme/install' }],
		['consul', { path: 'state' }, { path: 'state/install' }],
		['gcs', { bucket: 'b' }, { bucket: 'b', prefix: 'acme/install' }],
		['kubernetes', { secret_suffix: 'tfe' }, { secret_suffix: 'tfe-install' }],
		['pg', {}, { schema_name: 'acme_install' }],
		['remote', { workspaces: { name: 'tfe' } }, { workspaces: { name: 'tfe-install' } }],
		['remote', {}, { workspaces: { name: 'acme-install' } }],
	])('%s %j becomes %j', (type, settings, expected) => {
		expect(getStackBackendSettings(type, settings, 'install', 'acme')).toEqual(expected);
	});

	test.each(otherBackendTypes.map(({ type }) => type))(
		'two stacks never share a state in %s',
		(type) => {
			const [one, other] = ['network', 'install'].map((stack) =>
				getStackBackendSettings(type, {}, stack),
			);
			expect(one).not.toEqual(other);
		},
	);
});

test.each<[string, Record<string, unknown>, string | undefined]>([
	['azurerm', { container_name: 'c' }, 'lacks storage_account_name'],
	['oci', {}, 'lacks bucket and namespace'],
	['pg', {}, undefined],
	['http', { address: 'https://g/state' }, '{stack}'],
	['http', { address: 'https://g/{stack}', lock_address: 'https://g/lock' }, 'lock_address'],
	['http', { address: 'https://g/{stack}', lock_address: 'https://g/{stack}/lock' }, undefined],
	['remote', { organization: 'a', workspaces: { prefix: 'x-' } }, 'prefix'],
	['remote', { organization: 'a' }, undefined],
])('rules of the backend %s with %j: %s', (type, settings, words) => {
	const answers = {
		state: 'backend',
		'state.backend.type': type,
		'state.backend.settings': settings,
	};
	const breaches = stateRules.flatMap((rule) => rule.check(answers) ?? []);
	if (words === undefined) expect(breaches).toEqual([]);
	else expect(breaches.join('; ')).toContain(words);
});
