/**
 * Builds the environment of every child process. Other processes of the same user can read it while
 * the child runs (/proc/PID/environ), and the child passes it to its own children. A secret must
 * reach only the child that needs it.
 */

declare const made: unique symbol;

/** An environment that `childEnvironment` built; `createExactEnvironmentOptions` accepts no other. */
export type ChildEnvironment = NodeJS.ProcessEnv & { readonly [made]: true };

interface ChildEnvironmentOptions {
	/**
	 * `helper`: a program that does not depend on the operator's settings (`ssh -V`, `ps`,
	 * `fallocate`) gets only what every program needs to start. `operator`: a program that the
	 * operator configures (Terraform, ssh, their own commands) gets everything except secrets.
	 */
	for: 'helper' | 'operator';
	/** The environment that this program was started with. */
	inherited: NodeJS.ProcessEnv;
	/** Additional variables for a helper. */
	pass?: RegExp;
	/** Variables that an operator program must not get. */
	drop?: RegExp;
	/** Includes Vault variables, for a command that runs the Vault CLI. */
	callsVault?: boolean;
	/** Variables to set, overriding all others. */
	add?: Readonly<Record<string, string | undefined>>;
}

/**
 * What any program needs to start and print readable output: paths, locale and time zone. Only the
 * names in locale(7), because ssh forwards other LC_ variables with any content.
 */
const BASIC =
	/^(PATH|HOME|TMPDIR|TZ|(DY)?LD_LIBRARY_PATH|LANG|LANGUAGE|LC_(ADDRESS|ALL|COLLATE|CTYPE|IDENTIFICATION|MEASUREMENT|MESSAGES|MONETARY|NAME|NUMERIC|PAPER|TELEPHONE|TIME))$/;
/** Required to start any child. */
const ESSENTIAL = ['PATH', 'HOME'];
/** Variables of the Vault and OpenBao CLIs, such as VAULT_TOKEN. */
const OF_VAULT = /^(VAULT|BAO)_/;
/** Settings of this program, which children do not need. */
const OWN = /^TFE_WIZARD_/;

/** Variables that once held a secret stay hidden from children until this process ends. */
const hidden = new Set<string>();
let started: NodeJS.ProcessEnv | undefined;

/** Builds the environment of a child process, without what `excludeFromChildEnvironments` hides. */
export function buildChildEnvironment(options: ChildEnvironmentOptions): ChildEnvironment {
	const { inherited, pass, drop, callsVault = false, add = {} } = options;
	const isKept = (name: string): boolean => {
		if (hidden.has(name) || OWN.test(name)) return false;
		if (options.for === 'helper') return BASIC.test(name) || pass?.test(name) === true;
		return (callsVault || !OF_VAULT.test(name)) && drop?.test(name) !== true;
	};
	const kept = Object.entries(inherited).filter(([name]) => isKept(name));
	return { ...Object.fromEntries(kept), ...add } as ChildEnvironment;
}

/**
 * Spawn options that give a child exactly this environment. By default execa adds `process.env`.
 */
export function createExactEnvironmentOptions(environment: ChildEnvironment): {
	env: NodeJS.ProcessEnv;
	extendEnv: false;
} {
	return { env: environment, extendEnv: false };
}

/**
 * Removes Vault variables from `process.env`, which child processes of libraries inherit (the AWS
 * SDK starts the `credential_process` of a profile). `getInitialEnvironment` still returns them.
 */
export function removeVaultVariablesFromProcessEnv(): void {
	hideFromLibraries(Object.keys(process.env).filter((name) => OF_VAULT.test(name)));
}

/** Hides these variables from every later child process, including those of libraries. */
export function excludeFromChildEnvironments(names: Iterable<string>): void {
	const found = [...names].filter((name) => !ESSENTIAL.includes(name));
	for (const name of found) hidden.add(name);
	hideFromLibraries(found);
}

/** The environment that this process was started with, including secrets. Never pass it to a child. */
export function getInitialEnvironment(): NodeJS.ProcessEnv {
	// Variables that were set again since then have their current value.
	return { ...started, ...process.env };
}

function hideFromLibraries(names: readonly string[]): void {
	started ??= {};
	for (const name of names) {
		if (process.env[name] === undefined) continue;
		started[name] = process.env[name];
		delete process.env[name];
	}
}
