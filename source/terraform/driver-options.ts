import type { ProcessRecord } from './detached-process.ts';
import type { LongCommandOptions } from './long-command-runner.ts';

export interface TerraformOptions {
	/** Name on PATH or a path. Default: `terraform`. */
	binary?: string;
	/** The working directory of the root module. */
	folder: string;
	/** The directory for each command's messages and standard error. */
	logFolder: string;
	/**
	 * The environment that the child inherits, including PATH and AWS settings; see
	 * `terraformEnvironment`.
	 */
	environment: NodeJS.ProcessEnv;
	/** Set only for `plan` and `apply`, as given: `TF_VAR_db_password`. */
	variables?: Readonly<Record<string, string>>;
	/** Names of variables in `environment` that contain secrets: no command receives these. */
	secretVariables?: Iterable<string>;
	/** Masks known secrets in logs and errors. */
	mask?(text: string): string;
	/** Aborting it sends one SIGINT to the running command and prevents others from starting. */
	signal?: AbortSignal;
	/** A provider mirror for `init`; without it Terraform uses its own configuration. */
	pluginDir?: string;
	/** How long to wait for another run's lock, in seconds. Default: 60. */
	lockTimeoutSeconds?: number;
	/** Timeout of `version`, in milliseconds. Default: `limits.terraformVersionMs`. */
	versionMs?: number;
	/** Milliseconds between the second SIGINT and SIGKILL. Default: `limits.terraformGraceMs`. */
	graceMs?: number;
	/** Called as soon as a long command is running. */
	onProcess?(record: ProcessRecord): void;
	/** The usual duration of a resource change, in seconds. Default: `usualSeconds`. */
	usual?: LongCommandOptions['usual'];
}
