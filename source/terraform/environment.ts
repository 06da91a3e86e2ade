import { type ChildEnvironment, childEnvironment } from '../engine/child-environment.ts';

/**
 * Names terraform acts upon that would make a run differ from what the session says: extra
 * arguments, variables, another workspace, another data folder, prompts.
 */
const stripped = /^(?:TF_CLI_ARGS|TF_VAR_|TF_WORKSPACE$|TF_DATA_DIR$|TF_INPUT$|TF_IN_AUTOMATION$)/;

/** Terraform's debug logs: the provider writes whole request bodies there, passwords included. */
const logging = /TF_LOG(?:_|$)/;

/** Settings of programs that stand in for terraform and choose its version, and of proxies they use. */
const choosing = /^(TFENV|TENV|TOFUENV|ASDF|MISE|AQUA|XDG)_|^(HTTPS?|ALL|NO)_PROXY$/i;

/**
 * The environment of a terraform child: `inherited` without secrets and the names above, then what
 * automation needs, then `variables` as given (secrets as `TF_VAR_name`). TF_CLI_CONFIG_FILE, the
 * operator's AWS settings and the credentials of a backend stay. So does TF_LOG with its kin, but
 * not beside any of `variables`, which may be secrets.
 *
 * @param secrets Names of variables that hold secrets.
 */
export function terraformEnvironment(
	inherited: NodeJS.ProcessEnv,
	variables: Readonly<Record<string, string>> = {},
	secrets: Iterable<string> = [],
): ChildEnvironment {
	const mayBeSecret = Object.keys(variables).length > 0;
	const drop = mayBeSecret ? new RegExp(`${stripped.source}|^${logging.source}`) : stripped;
	const add = {
		TF_IN_AUTOMATION: '1',
		TF_INPUT: '0',
		// No call home for news of a newer terraform; it would delay air-gapped runs.
		CHECKPOINT_DISABLE: '1',
		...variables,
	};
	return childEnvironment({ for: 'operator', inherited, secrets, drop, add });
}

/** The environment of `terraform version`, which needs no account and no state. */
export function versionEnvironment(inherited: NodeJS.ProcessEnv): ChildEnvironment {
	const add = { CHECKPOINT_DISABLE: '1' };
	return childEnvironment({ for: 'helper', inherited, pass: choosing, add });
}
