import type { HclValue } from '../../terraform/format-hcl.ts';
import { createMapRule, type NestedProblem } from '../rules/value-rule.ts';
import { renderBackendBlock } from '../stack/workspace-files.ts';
import { type Context, getAnswerText, getOutputText } from '../step-context.ts';

/** A Terraform backend other than s3 and local, as documented for 1.11. */
interface BackendType {
	type: string;
	label: string;
	hint: string;
	/** Settings that `init` requires and that no environment variable can replace. */
	required: readonly string[];
	/** The setting that identifies a state, and the separator of a name appended to it. */
	names: { setting: string; separator: string };
	/** Settings that are blocks in HCL (`workspaces { … }`), not arguments (`labels = { … }`). */
	blocks?: readonly string[];
	/** Settings that contain secrets, each with its replacement. */
	secrets: Readonly<Record<string, string>>;
}

const cloudStorage = { setting: 'prefix', separator: '/' } as const;

// https://developer.hashicorp.com/terraform/language/backend
export const otherBackendTypes: readonly BackendType[] = [
	{
		type: 'azurerm',
		label: 'Azure Blob Storage',
		hint: 'locking by lease',
		required: ['storage_account_name', 'container_name'],
		names: { setting: 'key', separator: '/' },
		secrets: {
			access_key: 'ARM_ACCESS_KEY',
			sas_token: 'ARM_SAS_TOKEN',
			client_secret: 'ARM_CLIENT_SECRET',
			client_certificate: 'ARM_CLIENT_CERTIFICATE',
			client_certificate_password: 'ARM_CLIENT_CERTIFICATE_PASSWORD',
			oidc_token: 'ARM_OIDC_TOKEN',
			oidc_request_token: 'ARM_OIDC_REQUEST_TOKEN',
		},
	},
	{
		type: 'consul',
		label: 'HashiCorp Consul',
		hint: 'locking by session',
		required: [],
		names: { setting: 'path', separator: '/' },
		secrets: { access_token: 'CONSUL_HTTP_TOKEN', http_auth: 'CONSUL_HTTP_AUTH' },
	},
	{
		type: 'cos',
		label: 'Tencent Cloud Object Storage',
		hint: 'locking by tag',
		required: ['bucket'],
		names: cloudStorage,
		blocks: ['assume_role'],
		secrets: {
			secret_id: 'TENCENTCLOUD_SECRET_ID',
			secret_key: 'TENCENTCLOUD_SECRET_KEY',
			security_token: 'TENCENTCLOUD_SECURITY_TOKEN',
		},
	},
	{
		type: 'gcs',
		label: 'Google Cloud Storage',
		hint: 'locking by object',
		required: ['bucket'],
		names: cloudStorage,
		secrets: {
			access_token: 'GOOGLE_OAUTH_ACCESS_TOKEN',
			encryption_key: 'GOOGLE_ENCRYPTION_KEY',
		},
	},
	{
		type: 'http',
		label: 'REST service, such as GitLab',
		hint: 'locking only if lock_address is set',
		required: ['address'],
		names: { setting: 'address', separator: '/' },
		secrets: {
			password: 'TF_HTTP_PASSWORD',
			client_private_key_pem: 'TF_HTTP_CLIENT_PRIVATE_KEY_PEM',
		},
	},
	{
		type: 'kubernetes',
		label: 'Kubernetes secrets',
		hint: 'locking by lease; state is stored in chunks of at most 1 MiB',
		required: [],
		names: { setting: 'secret_suffix', separator: '-' },
		blocks: ['exec'],
		secrets: {
			password: 'KUBE_PASSWORD',
			token: 'KUBE_TOKEN',
			client_key: 'KUBE_CLIENT_KEY_DATA',
		},
	},
	{
		type: 'oci',
		label: 'Oracle Cloud Object Storage',
		hint: 'requires Terraform 1.12 or later',
		required: ['bucket', 'namespace'],
		names: { setting: 'key', separator: '/' },
		secrets: {
			private_key: 'private_key_path or config_file_profile',
			private_key_password: 'config_file_profile',
			sse_customer_key: 'kms_key_id',
		},
	},
	{
		type: 'oss',
		label: 'Alibaba Cloud Object Storage',
		hint: 'locking only if tablestore_table is set',
		required: ['bucket'],
		names: cloudStorage,
		blocks: ['assume_role'],
		secrets: {
			access_key: 'ALICLOUD_ACCESS_KEY',
			secret_key: 'ALICLOUD_SECRET_KEY',
			security_token: 'ALICLOUD_SECURITY_TOKEN',
		},
	},
	{
		type: 'pg',
		label: 'PostgreSQL',
		hint: 'locking by advisory lock; address and password in PG_CONN_STR',
		required: [],
		names: { setting: 'schema_name', separator: '_' },
		secrets: { conn_str: 'PG_CONN_STR' },
	},
	{
		type: 'remote',
		label: 'HCP Terraform or another Terraform Enterprise',
		hint: 'must not be the installation created here; local execution mode',
		required: ['organization'],
		names: { setting: 'workspaces', separator: '-' },
		blocks: ['workspaces'],
		secrets: { token: 'TF_TOKEN_ and the hostname with _ for each dot, or `terraform login`' },
	},
];

/** The backend of this type, or undefined if Terraform has no such type. */
export function findOtherBackendType(type: string): BackendType | undefined {
	return otherBackendTypes.find((backend) => backend.type === type);
}

/** Placeholder in any value for the name of the stack (network, access, install). */
export const STACK_PLACEHOLDER = '{stack}';

/** The name of an argument in a backend block. */
export const ARGUMENT_NAME_PATTERN = /^[a-z][a-z0-9_]*$/;

const COPIED = 'Terraform copies it into .terraform/ and every plan file';

// Settings of backends that are not in the table, or of later Terraform releases.
const SECRET_NAME =
	/passw(or)?d|passphrase|secret|token|private_key|api_?key|access_key|credential|conn_str/;
const HARMLESS_NAME = /(_path|_paths|_file|_files|_dir|_suffix|_url|_ids?|_ocid|_type|_method)$/;

function secretNameBreach(name: string): string | undefined {
	const known = otherBackendTypes.filter(({ secrets }) => name in secrets);
	if (known.length > 0) {
		const instead = known.map(({ type, secrets }) => `${secrets[name]} (${type})`).join(', ');
		return `is a secret, and ${COPIED}; omit it and use ${instead}`;
	}
	if (name === 'credentials' || name === 'shared_credentials_file') return undefined;
	return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name)
		? `is a secret, and ${COPIED}; omit it and use the backend's environment variable`
		: undefined;
}

function secretValueBreach(name: string, value: string): string | undefined {
	if (/^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]*@/i.test(value)) {
		return `contains a password in a URL, and ${COPIED}; omit it and use the backend's environment variable`;
	}
	if (value.includes('-----BEGIN') && value.includes('PRIVATE KEY')) {
		return `contains a private key, and ${COPIED}; specify the path of a file`;
	}
	if (name === 'credentials' && value.trimStart().startsWith('{')) {
		return `contains a key, and ${COPIED}; specify the path of its file, or use GOOGLE_BACKEND_CREDENTIALS`;
	}
	return undefined;
}

function breachesIn(name: string, value: unknown, path: (string | number)[]): NestedProblem[] {
	const secret =
		secretNameBreach(name) ??
		(typeof value === 'string' ? secretValueBreach(name, value) : undefined);
	if (secret !== undefined) return [{ path, message: secret }];
	if (value === null) return [{ path, message: 'has no value; omit it' }];
	if (typeof value !== 'object') return [];
	const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return inner.flatMap(([key, item]) =>
		breachesIn(typeof key === 'number' ? name : key, item, [...path, key]),
	);
}

/** Settings of a backend block: any JSON without secrets. Messages never quote a value. */
export const nonSecretBackendArgumentsRule = createMapRule(
	'arguments of the backend block, without secrets',
	(name, value) => [
		...(ARGUMENT_NAME_PATTERN.test(name)
			? []
			: [
					{
						path: [],
						message: 'is not a valid setting name: use lowercase letters, digits and _',
					},
				]),
		...breachesIn(name, value, []),
	],
);

/** Whether `value` contains `{stack}` anywhere. */
export function containsStackPlaceholder(value: unknown): boolean {
	return JSON.stringify(value ?? null).includes(STACK_PLACEHOLDER);
}

function replaceStack(value: unknown, stack: string): unknown {
	if (typeof value === 'string') return value.replaceAll(STACK_PLACEHOLDER, () => stack);
	if (Array.isArray(value)) return value.map((item) => replaceStack(item, stack));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, replaceStack(item, stack)]),
	);
}

/**
 * The settings for the state of one stack. `{stack}` is replaced everywhere. Without it, the
 * stack's name is appended to the setting that identifies the state; if that setting is missing,
 * it starts with `fallback` (the session's name).
 */
export function getStackBackendSettings(
	type: string,
	settings: Readonly<Record<string, unknown>>,
	stack: string,
	fallback = 'tfe',
): Record<string, unknown> {
	if (containsStackPlaceholder(settings))
		return replaceStack(settings, stack) as Record<string, unknown>;
	const backend = findOtherBackendType(type);
	if (backend === undefined) return { ...settings };
	const { setting, separator } = backend.names;
	const named = (base: unknown) =>
		`${typeof base === 'string' && base !== '' ? base : fallback}${separator}${stack}`;
	if (setting !== 'workspaces') return { ...settings, [setting]: named(settings[setting]) };
	const { workspaces } = settings;
	const given = typeof workspaces === 'object' && workspaces !== null ? workspaces : {};
	return { ...settings, workspaces: { name: named('name' in given ? given.name : undefined) } };
}

/** Key of a stack's state object; its lock object has the same key with `.tflock`. */
export function getStateKey(context: Pick<Context, 'answers'>, stack: string): string {
	return `${getAnswerText(context, 'state.s3.prefix')}/${stack}.tfstate`;
}

/** The `backend.tf` of a stack, according to the answers. */
export function renderBackendFile(context: Context, stack: string): string {
	switch (getAnswerText(context, 'state')) {
		case 's3': {
			const kms = getAnswerText(context, 'state.s3.kms_key_id');
			return renderBackendBlock('s3', {
				bucket: getAnswerText(context, 'state.s3.bucket'),
				key: getStateKey(context, stack),
				region: getAnswerText(context, 'state.s3.region'),
				use_lockfile: true,
				// Without a key, `encrypt = true` asks for AES256 over the KMS default of the bucket
				// (terraform, internal/backend/remote-state/s3/client.go). The bucket should decide.
				...(kms === '' ? {} : { encrypt: true, kms_key_id: kms }),
				...(context.services.cloud.practice
					? {}
					: { allowed_account_ids: [getOutputText(context, 'preflight', 'account')] }),
				...context.services.cloud.s3BackendSettings,
			});
		}
		case 'backend': {
			const type = getAnswerText(context, 'state.backend.type');
			const given = context.answers['state.backend.settings'];
			const settings =
				typeof given === 'object' && given !== null ? (given as Record<string, HclValue>) : {};
			return renderBackendBlock(
				type,
				getStackBackendSettings(type, settings, stack, context.session.name) as Record<
					string,
					HclValue
				>,
				findOtherBackendType(type)?.blocks,
			);
		}
		default:
			return renderBackendBlock('local', { path: 'terraform.tfstate' });
	}
}

/** Where the state is stored, for messages. */
export function describeStateLocation(context: Context): string {
	switch (getAnswerText(context, 'state')) {
		case 's3':
			return `s3://${getAnswerText(context, 'state.s3.bucket')}/${getAnswerText(context, 'state.s3.prefix')}/`;
		case 'backend':
			return `the ${getAnswerText(context, 'state.backend.type')} backend`;
		default:
			return `files in ${context.session.folders.workspace}`;
	}
}
