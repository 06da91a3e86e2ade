import type { InitBody, SealStatusBody, VaultCliContext } from './cli-types.ts';
import { parseGoFlags } from './go-flags.ts';
import { createApiClient, sendApiRequest } from './http-client.ts';
import { promptForKey, reportLegacyFailure } from './legacy-output.ts';
import { runLegacyRekey } from './legacy-rekey.ts';
import { LEGACY_USAGE } from './legacy-usage.ts';
import { readPgpKeyFiles } from './pgp-key-files.ts';

/**
 * The CLI of 0.8: text output, keys from arguments or a terminal, exit code 1 for every failure.
 */
export async function runLegacyCommand(
	argv: readonly string[],
	context: VaultCliContext,
): Promise<number> {
	const [name = '', ...args] = argv;
	const { output } = context;
	switch (name) {
		case 'init':
			return init(args, context);
		case 'unseal':
			return unseal(args, context);
		case 'seal':
			return seal(context);
		case 'status':
			return status(context);
		case 'rekey':
			return runLegacyRekey(args, context);
		case 'version':
			output.line(`Vault ${context.like.version}`);
			return 0;
		default:
			output.error(LEGACY_USAGE);
			return 1;
	}
}

async function init(args: readonly string[], context: VaultCliContext): Promise<number> {
	const { flags } = parseGoFlags(args, { 'key-shares': 5, 'key-threshold': 3, 'pgp-keys': '' });
	const keys = await readPgpKeyFiles(flags['pgp-keys']);
	const { output } = context;
	try {
		const body = await sendApiRequest<InitBody>(
			createApiClient(context.environment),
			'PUT',
			'sys/init',
			{
				secret_shares: flags['key-shares'],
				secret_threshold: flags['key-threshold'],
				pgp_keys: keys,
			},
		);
		for (const [index, key] of body.keys_base64.entries()) {
			output.line(`Unseal Key ${index + 1}: ${key}`);
		}
		output.line(`Initial Root Token: ${body.root_token}`);
		const [shares, threshold] = [flags['key-shares'], flags['key-threshold']];
		output.line(`
Vault initialized with ${shares} keys and a key threshold of ${threshold}. Please
securely distribute the above keys. When the vault is re-sealed,
restarted, or stopped, you must provide at least ${threshold} of these keys
to unseal it again.

Vault does not store the master key. Without at least ${threshold} keys,
your vault will remain permanently sealed.`);
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error initializing Vault', error);
	}
}

async function unseal(args: readonly string[], context: VaultCliContext): Promise<number> {
	const { flags, words } = parseGoFlags(args, { reset: false });
	const client = createApiClient(context.environment);
	const { output } = context;
	try {
		const before = await sendApiRequest<SealStatusBody>(client, 'GET', 'sys/seal-status');
		if (!before.sealed) {
			output.line('Vault is already unsealed.');
			return 0;
		}
		let given: object = { reset: true };
		if (!flags.reset) {
			const key = words[0] ?? (await promptForKey('unseal', context));
			if (key === undefined) return 1;
			if (words[0] === undefined) output.raw('\n');
			given = { key: key.trim() };
		}
		const after = await sendApiRequest<SealStatusBody>(client, 'PUT', 'sys/unseal', given);
		output.line(sealLines(after).join('\n'));
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error', error);
	}
}

const sealLines = (body: SealStatusBody): string[] => [
	`Sealed: ${body.sealed}`,
	`Key Shares: ${body.n}`,
	`Key Threshold: ${body.t}`,
	`Unseal Progress: ${body.progress}`,
	`Unseal Nonce: ${body.nonce}`,
];

async function seal(context: VaultCliContext): Promise<number> {
	try {
		await sendApiRequest(createApiClient(context.environment), 'PUT', 'sys/seal');
		context.output.line('Vault is now sealed.');
		return 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error sealing', error);
	}
}

async function status(context: VaultCliContext): Promise<number> {
	const client = createApiClient(context.environment);
	try {
		const body = await sendApiRequest<SealStatusBody>(client, 'GET', 'sys/seal-status');
		const lines = [...sealLines(body), `Version: ${body.version}`];
		if (body.cluster_name !== undefined) {
			lines.push(`Cluster Name: ${body.cluster_name}`, `Cluster ID: ${body.cluster_id}`);
		}
		// While sealed, it cannot determine its HA mode and reports that HA is enabled.
		lines.push('', `High-Availability Enabled: ${body.sealed}`);
		if (body.sealed) lines.push('\tMode: sealed');
		context.output.line(lines.join('\n'));
		return body.sealed ? 2 : 0;
	} catch (error) {
		return reportLegacyFailure(context, 'Error checking seal status', error);
	}
}
