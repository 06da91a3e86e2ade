import { accessSync, chmodSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Variables of the developer's shell that no test may depend on: credentials and settings of AWS,
 * Vault, Terraform and this program, and settings of colours, editors, language and directories.
 */
const SETTINGS =
	/^(AWS_|VAULT_|BAO_|TF_|TFE_|SSH_|GIT_|GNUPG|GPG_|XDG_|LC_|LESS|NODE_OPTIONS$|NODE_COMPILE_CACHE$|NODE_ENV$|NO_COLOR$|FORCE_COLOR$|CLICOLOR|COLORTERM$|COLUMNS$|LINES$|EDITOR$|VISUAL$|PAGER$|BROWSER$|LANGUAGE$|TMUX|STY$|CI$|CDPATH$|ENV$|BASH_ENV$|DISPLAY$|EC2_|BOTO|MOTO_)/;

/** Exceptions: the locations of programs that tests need, and which tests to run. */
const NEEDED = new Set([
	'TF_CLI_CONFIG_FILE',
	'TF_PLUGIN_CACHE_DIR',
	'TFE_WIZARD_PROVIDER_MIRROR',
	'TFE_WIZARD_PRACTICE_VAULT',
	'TFE_WIZARD_REQUIRE_REAL_VAULT',
	'TFE_WIZARD_MOTO',
	// The package caches of uv and pip.
	'XDG_CACHE_HOME',
	'XDG_DATA_HOME',
]);

const FIXED = {
	LANG: 'C.UTF-8',
	TZ: 'UTC',
	TERM: 'xterm-256color',
	// Ignores the files in ~/.aws and the role of an instance.
	AWS_CONFIG_FILE: '/dev/null',
	AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
	AWS_EC2_METADATA_DISABLED: 'true',
};

/** The environment for the tests, derived from the developer's environment. */
export function toCleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const kept = Object.entries(environment).filter(
		([name]) => NEEDED.has(name) || !SETTINGS.test(name),
	);
	// A proxy may be required to reach a registry, but not for this computer.
	const proxied = kept.some(([name]) => /^https?_proxy$/i.test(name));
	const direct = ['localhost', '127.0.0.1', '::1'].join();
	const around = proxied
		? Object.fromEntries(
				['NO_PROXY', 'no_proxy'].map((name) => [
					name,
					[environment[name], direct].filter(Boolean).join(),
				]),
			)
		: {};
	return { ...Object.fromEntries(kept), ...FIXED, ...around };
}

/** A Unix socket path has at most 107 bytes, and tests create directories and sockets below this. */
const LONGEST_BASE = 40;

/** A directory for temporary files: the usual one unless its path is too long for sockets. */
export function getTemporaryBase(usual = tmpdir()): string {
	if (Buffer.byteLength(usual) <= LONGEST_BASE) return usual;
	const short = ['/tmp', '/var/tmp', '/dev/shm'].find((folder) => {
		try {
			accessSync(folder, constants.W_OK | constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
	return short ?? usual;
}

/** Runs in the main Vitest process before any test file is loaded; workers inherit its environment. */
export default function setup(): () => void {
	const temporary = mkdtempSync(join(getTemporaryBase(), 'tfe-test-'));
	// Tests that act as another user must be able to reach directories inside.
	chmodSync(temporary, 0o711);
	const clean = toCleanEnvironment(process.env);
	for (const name of Object.keys(process.env)) if (!(name in clean)) delete process.env[name];
	Object.assign(process.env, clean, { TMPDIR: temporary });
	return () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
}
