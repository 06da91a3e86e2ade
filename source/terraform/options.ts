import type { RunnerOptions } from './command.ts';
import type { ProcessRecord } from './process.ts';

export interface TerraformOptions {
	/** Name on PATH or a path. Default: `terraform`. */
	binary?: string;
	/** The working directory of the root module. */
	folder: string;
	/** Where each command's messages and standard error are kept. */
	logFolder: string;
	/** What the child inherits, PATH and AWS settings among it; see `terraformEnvironment`. */
	environment: NodeJS.ProcessEnv;
	/** Set for `plan` and `apply` alone, as given: `TF_VAR_db_password`. */
	variables?: Readonly<Record<string, string>>;
	/** Names of variables in `environment` that hold secrets: no command gets these. */
	secretVariables?: Iterable<string>;
	/** Hides known secrets in logs and errors. */
	mask?(text: string): string;
	/** Its abort sends one SIGINT to the command under way and keeps others from starting. */
	signal?: AbortSignal;
	/** A provider mirror for `init`; without it terraform looks where it is configured to. */
	pluginDir?: string;
	/** How long to wait for another run's lock, in seconds. Default: 60. */
	lockTimeoutSeconds?: number;
	/** For `version` to answer, in milliseconds. Default: `limits.terraformVersionMs`. */
	versionMs?: number;
	/** Between the second SIGINT and SIGKILL, in milliseconds. Default: `limits.terraformGraceMs`. */
	graceMs?: number;
	/** Called as soon as a long command runs. */
	onProcess?(record: ProcessRecord): void;
	/** Usual seconds of a resource's change. Default: `usualSeconds`. */
	usual?: RunnerOptions['usual'];
}
