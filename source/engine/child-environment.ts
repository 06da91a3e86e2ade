/**
 * The environment of every child process is built here. Others that run as the same user can read it
 * for as long as the child lives (/proc/PID/environ), and the child hands it on to its own children.
 * So a secret reaches the one child that needs it, and no other.
 */

declare const made: unique symbol;

/** An environment that `childEnvironment` built; `onlyWith` accepts no other. */
export type ChildEnvironment = NodeJS.ProcessEnv & { readonly [made]: true };

export interface ChildOptions {
	/**
	 * `helper`: a program that needs nothing of the operator's (`ssh -V`, `ps`, `fallocate`) gets only
	 * what every program needs to start. `operator`: a program that the operator configures or that
	 * reads their configuration (Terraform, ssh, their own commands) keeps all but the secrets.
	 */
	for: 'helper' | 'operator';
	/** What it is built from: the environment that this program was started with. */
	inherited: NodeJS.ProcessEnv;
	/** Names of variables that hold secrets, besides those that `hideSecretVariables` was told of. */
	secrets?: Iterable<string>;
	/** Names that a helper gets as well. */
	pass?: RegExp;
	/** Names that a program of the operator's must not get either. */
	drop?: RegExp;
	/** Leaves Vault's variables in; for a command that runs Vault's command line. */
	callsVault?: boolean;
	/** Set as given, over all else. */
	add?: Readonly<Record<string, string | undefined>>;
}

/**
 * What any program needs to start and to print what can be read: where programs, libraries and files
 * are, language (locale(7); other names that begin with LC_ carry anything through ssh), time zone.
 */
const BASIC =
	/^(PATH|HOME|TMPDIR|TZ|(DY)?LD_LIBRARY_PATH|LANG|LANGUAGE|LC_(ADDRESS|ALL|COLLATE|CTYPE|IDENTIFICATION|MEASUREMENT|MESSAGES|MONETARY|NAME|NUMERIC|PAPER|TELEPHONE|TIME))$/;
/** Without these no child starts. */
const ESSENTIAL = ['PATH', 'HOME'];
/** Of Vault's command line, and OpenBao's: VAULT_TOKEN above all. */
const OF_VAULT = /^(VAULT|BAO)_/;
/** Settings of this program mean nothing to another. */
const OWN = /^TFE_WIZARD_/;

/** Of this process: a variable that held a secret once is kept from children to the end. */
const hidden = new Set<string>();
let started: NodeJS.ProcessEnv | undefined;

/** Builds the environment of a child process. */
export function childEnvironment(options: ChildOptions): ChildEnvironment {
	const { inherited, pass, drop, callsVault = false, add = {} } = options;
	const secrets = new Set([...hidden, ...secretNames(options.secrets ?? [])]);
	const isKept = (name: string): boolean => {
		if (secrets.has(name) || OWN.test(name)) return false;
		if (options.for === 'helper') return BASIC.test(name) || pass?.test(name) === true;
		return (callsVault || !OF_VAULT.test(name)) && drop?.test(name) !== true;
	};
	const kept = Object.entries(inherited).filter(([name]) => isKept(name));
	return { ...Object.fromEntries(kept), ...add } as ChildEnvironment;
}

/**
 * The settings of a spawn that give a child this environment and nothing else; execa adds
 * `process.env` to what it is given unless told not to.
 */
export function onlyWith(environment: ChildEnvironment): {
	env: NodeJS.ProcessEnv;
	extendEnv: false;
} {
	return { env: environment, extendEnv: false };
}

/**
 * Takes Vault's variables out of `process.env`, which children of libraries inherit (the AWS SDK
 * starts the `credential_process` of a profile by itself). `startedWith` still has them.
 */
export function hideVaultVariables(): void {
	hideFromLibraries(Object.keys(process.env).filter((name) => OF_VAULT.test(name)));
}

/** Keeps these variables from every child from now on, those of libraries too. */
export function hideSecretVariables(names: Iterable<string>): void {
	const found = secretNames(names);
	for (const name of found) hidden.add(name);
	hideFromLibraries(found);
}

/** The environment that this process was started with, secrets included. Never for a child as it is. */
export function startedWith(): NodeJS.ProcessEnv {
	// A variable that was set again since then counts as it is now.
	return { ...started, ...process.env };
}

/** Variables that answers name as the place of a secret: `{ env: NAME }`. */
export function secretVariablesIn(answers: Readonly<Record<string, unknown>>): string[] {
	return Object.values(answers).flatMap((answer) => {
		if (typeof answer !== 'object' || answer === null || !('env' in answer)) return [];
		return typeof answer.env === 'string' && Object.keys(answer).length === 1 ? [answer.env] : [];
	});
}

/** A map among answers may look like the name of a variable: `tags: {env: PATH}`. */
function secretNames(names: Iterable<string>): string[] {
	return [...names].filter((name) => !ESSENTIAL.includes(name));
}

function hideFromLibraries(names: readonly string[]): void {
	started ??= {};
	for (const name of names) {
		if (process.env[name] === undefined) continue;
		started[name] = process.env[name];
		delete process.env[name];
	}
}
