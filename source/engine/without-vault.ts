/**
 * An environment without the variables of Vault's command line (VAULT_TOKEN, VAULT_ADDR …), for
 * children that have no business with Vault, and could pass them on.
 */
export function withoutVault(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(environment).filter(([name]) => !name.startsWith('VAULT_')),
	);
}
