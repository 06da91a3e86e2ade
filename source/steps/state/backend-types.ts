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
export const backendTypes: readonly BackendType[] = [
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
export function findBackendType(type: string): BackendType | undefined {
	return backendTypes.find((backend) => backend.type === type);
}
