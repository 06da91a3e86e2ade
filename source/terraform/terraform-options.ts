import { buildChildEnvironment, type ChildEnvironment } from '../engine/child-environment.ts';
import type { ProcessRecord } from './detached-process.ts';

/** Environment variables of one command, as given: `TF_VAR_db_password`. */
export type TerraformVariables = Readonly<Record<string, string>>;

export interface TerraformOptions {
	/** The step and the stack that the events name. */
	step: string;
	stack: string;
	/** Name on PATH or a path. */
	binary: string;
	/** The working directory of the root module. */
	folder: string;
	/** The directory for each command's messages and standard error. */
	logFolder: string;
	/** The environment that the child inherits, including PATH and AWS settings. */
	environment: NodeJS.ProcessEnv;
	/** Masks known secrets in the logs. Events and errors are masked where they are shown. */
	mask(text: string): string;
	/** Aborting it sends one SIGINT to the running command and prevents others from starting. */
	signal?: AbortSignal;
	/** A provider mirror for `init`; without it Terraform uses its own configuration. */
	pluginDir?: string;
	/** How long to wait for another run's lock, in seconds. */
	lockTimeoutSeconds: number;
	/** Timeout of `version`, in milliseconds. Default: `limits.terraformVersionMs`. */
	versionMs?: number;
	/** Milliseconds between the second SIGINT and SIGKILL. Default: `limits.terraformGraceMs`. */
	graceMs?: number;
	/** Called as soon as a long command is running. */
	onProcess?(record: ProcessRecord): void;
}

/**
 * Variables that would make a run differ from its session: extra arguments, variables, another
 * workspace, another data directory, prompts.
 */
const stripped = /^(?:TF_CLI_ARGS|TF_VAR_|TF_WORKSPACE$|TF_DATA_DIR$|TF_INPUT$|TF_IN_AUTOMATION$)/;

/** Terraform's debug logs: the provider logs whole request bodies, passwords included. */
const logging = /TF_LOG(?:_|$)/;

/** Settings of version managers that wrap Terraform, and of the proxies they use. */
const choosing = /^(TFENV|TENV|TOFUENV|ASDF|MISE|AQUA|XDG)_|^(HTTPS?|ALL|NO)_PROXY$/i;

/**
 * The environment of a Terraform child: the inherited one without secrets and the variables above,
 * plus what automation needs and `variables` as given (secrets as `TF_VAR_name`).
 * TF_CLI_CONFIG_FILE, the operator's AWS settings and backend credentials stay. TF_LOG and related
 * variables stay only if there are no `variables`, which may be secrets.
 */
export function createTerraformEnvironment(
	inherited: NodeJS.ProcessEnv,
	variables: TerraformVariables = {},
): ChildEnvironment {
	const mayBeSecret = Object.keys(variables).length > 0;
	return buildChildEnvironment({
		for: 'operator',
		inherited,
		drop: mayBeSecret ? new RegExp(`${stripped.source}|^${logging.source}`) : stripped,
		add: {
			TF_IN_AUTOMATION: '1',
			TF_INPUT: '0',
			// Disables the update check, which would delay air-gapped runs.
			CHECKPOINT_DISABLE: '1',
			...variables,
		},
	});
}

/** The environment of `terraform version`, which needs no account and no state. */
export function createVersionEnvironment(inherited: NodeJS.ProcessEnv): ChildEnvironment {
	const add = { CHECKPOINT_DISABLE: '1' };
	return buildChildEnvironment({ for: 'helper', inherited, pass: choosing, add });
}
