/**
 * Names terraform acts upon that would make a run differ from what the session says: extra
 * arguments, variables, another workspace, another data folder, prompts.
 */
const stripped = /^(?:TF_CLI_ARGS|TF_VAR_|TF_WORKSPACE$|TF_DATA_DIR$|TF_INPUT$|TF_IN_AUTOMATION$)/;

/** Terraform's debug logs: the provider writes whole request bodies there, passwords included. */
const logging = /^TF_LOG(?:_|$)/;

/**
 * The environment of a terraform child: `inherited` without the names above, then what
 * automation needs, then `variables` as given (secrets as `TF_VAR_name`, backend credentials).
 * TF_CLI_CONFIG_FILE and the operator's AWS settings stay. So does TF_LOG with its kin, but not
 * beside any of `variables`, which may be secrets.
 */
export function terraformEnvironment(
	inherited: NodeJS.ProcessEnv,
	variables: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
	const mayBeSecret = Object.keys(variables).length > 0;
	const kept = Object.entries(inherited).filter(
		([name]) => !stripped.test(name) && !(mayBeSecret && logging.test(name)),
	);
	return {
		...Object.fromEntries(kept),
		TF_IN_AUTOMATION: '1',
		TF_INPUT: '0',
		// No call home for news of a newer terraform; it would delay air-gapped runs.
		CHECKPOINT_DISABLE: '1',
		...variables,
	};
}
