import { buildChildEnvironment, type ChildEnvironment } from '../engine/child-environment.ts';

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
 * The environment of a Terraform child: `inherited` without secrets and the variables above, plus
 * what automation needs and `variables` as given (secrets as `TF_VAR_name`). TF_CLI_CONFIG_FILE,
 * the operator's AWS settings and backend credentials stay. TF_LOG and related variables stay only
 * if there are no `variables`, which may be secrets.
 *
 * @param secrets Names of variables that contain secrets.
 */
export function createTerraformEnvironment(
	inherited: NodeJS.ProcessEnv,
	variables: Readonly<Record<string, string>> = {},
	secrets: Iterable<string> = [],
): ChildEnvironment {
	const mayBeSecret = Object.keys(variables).length > 0;
	const drop = mayBeSecret ? new RegExp(`${stripped.source}|^${logging.source}`) : stripped;
	const add = {
		TF_IN_AUTOMATION: '1',
		TF_INPUT: '0',
		// Disables the update check, which would delay air-gapped runs.
		CHECKPOINT_DISABLE: '1',
		...variables,
	};
	return buildChildEnvironment({ for: 'operator', inherited, secrets, drop, add });
}

/** The environment of `terraform version`, which needs no account and no state. */
export function createVersionEnvironment(inherited: NodeJS.ProcessEnv): ChildEnvironment {
	const add = { CHECKPOINT_DISABLE: '1' };
	return buildChildEnvironment({ for: 'helper', inherited, pass: choosing, add });
}
