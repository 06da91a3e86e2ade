import { WizardError } from '../engine/errors.ts';

export interface InitOptions {
	/** Copies the state from the previous backend without asking. */
	migrateState?: boolean;
	/** Ignores the previous backend; its state stays where it is. */
	reconfigure?: boolean;
	/** Allows newer providers than those in the lock file. */
	upgrade?: boolean;
	/** Files, or settings that are not secret. Terraform stores them in `.terraform/`. */
	backendConfig?: readonly string[] | Readonly<Record<string, string>>;
}

export interface PlanOptions {
	/** The plan file, relative to the root module. */
	out: string;
	destroy?: boolean;
	refreshOnly?: boolean;
}

/** Settings of Terraform's backends that contain a secret. */
const secretSetting =
	/^(?:access_key|secret_key|token|password|conn_str|access_token|credentials|client_secret|sas_token|encryption_key|sse_customer_key|private_key|[\w.]*(?:password|secret|token)[\w.]*)$/;

/**
 * Arguments of `terraform init`. The state is copied by -force-copy: -migrate-state excludes -json.
 */
export function formatInitArguments(
	{ migrateState, reconfigure, upgrade, backendConfig = [] }: InitOptions,
	lockTimeout: string,
	pluginDir: string | undefined,
): string[] {
	const argv = ['init', '-json', '-no-color', '-input=false', lockTimeout];
	if (migrateState) argv.push('-force-copy');
	if (reconfigure) argv.push('-reconfigure');
	if (upgrade) argv.push('-upgrade');
	if (pluginDir !== undefined) argv.push(`-plugin-dir=${pluginDir}`);
	const settings = Array.isArray(backendConfig)
		? (backendConfig as readonly string[])
		: Object.entries(backendConfig).map(([key, value]) => `${key}=${value}`);
	for (const setting of settings) argv.push(`-backend-config=${notSecret(setting)}`);
	return argv;
}

/** Arguments of `terraform plan`, whose exit code reports whether there are changes. */
export function formatPlanArguments(
	{ out, destroy, refreshOnly }: PlanOptions,
	lockTimeout: string,
): string[] {
	const argv = ['plan', '-json', '-no-color', '-input=false', '-detailed-exitcode', lockTimeout];
	if (destroy) argv.push('-destroy');
	if (refreshOnly) argv.push('-refresh-only');
	return [...argv, `-out=${out}`];
}

/** Arguments are visible in the process list, and Terraform stores them on disk. */
function notSecret(setting: string): string {
	const key = setting.split('=', 1)[0] ?? '';
	if (!setting.includes('=') || !secretSetting.test(key)) return setting;
	throw new WizardError('internal', {
		message: `The backend setting ${key} is a secret and must not be passed as an argument.`,
		expected: 'the environment variable the backend reads for it',
	});
}
