import type { InitBody, SealStatusBody, VaultCliContext } from './cli-types.ts';
import { parseGoFlags } from './go-flags.ts';
import { type ApiClient, createApiClient, sendApiRequest } from './http-client.ts';
import { readTypedKey, wrapCliText } from './key-input.ts';
import { FORMAT_FLAG, formatJson, formatTable, reportModernFailure } from './modern-output.ts';
import { runModernRekey } from './modern-rekey.ts';
import { readPgpKeyFiles } from './pgp-key-files.ts';

const USAGE = `Usage: vault <command> [args]

Common commands:
    server      Start a Vault server
    status      Print seal and HA status

Other commands:
    operator    Perform operator-specific tasks`;

/**
 * The CLI since 0.9.2: `operator …`, JSON output, exit code 1 for invalid usage and 2 for API
 * errors.
 */
export async function runModernCommand(
	argv: readonly string[],
	context: VaultCliContext,
): Promise<number> {
	const [name, ...args] = argv[0] === 'operator' ? argv.slice(1) : argv;
	const command = argv[0] === 'operator' ? `operator ${name}` : name;
	const { output, like } = context;
	switch (command) {
		case 'operator init':
			return init(args, context);
		case 'operator unseal':
			return unseal(args, context);
		case 'operator seal':
			return seal(context);
		case 'operator rekey':
			return runModernRekey(args, context);
		case 'status':
			return status(args, context);
		case 'version':
			output.line(`Vault v${like.version}`);
			return 0;
		default:
			output.error(USAGE);
			return 127;
	}
}

async function status(args: readonly string[], context: VaultCliContext): Promise<number> {
	const { flags } = parseGoFlags(args, FORMAT_FLAG);
	const client = createApiClient(context.environment);
	try {
		const body = await sendApiRequest<SealStatusBody>(client, 'GET', 'sys/seal-status');
		await showSeal(client, body, flags.format, context);
		return body.sealed ? 2 : 0;
	} catch (error) {
		return reportModernFailure(context, 'Error checking seal status', error, 1);
	}
}

async function showSeal(
	client: ApiClient,
	body: SealStatusBody,
	format: string,
	{ output }: VaultCliContext,
): Promise<void> {
	const leader = await sendApiRequest<{ ha_enabled: boolean; active_time: string }>(
		client,
		'GET',
		'sys/leader',
	);
	if (format === 'json') {
		const { ha_enabled, active_time } = leader;
		output.line(formatJson({ ...body, ha_enabled, active_time }));
		return;
	}
	const all = body as SealStatusBody & Record<string, string | number | boolean>;
	output.line(
		formatTable([
			['Seal Type', all.type ?? ''],
			['Initialized', all.initialized ?? ''],
			['Sealed', body.sealed],
			['Total Shares', body.n],
			['Threshold', body.t],
			...(body.sealed
				? ([
						['Unseal Progress', `${body.progress}/${body.t}`],
						['Unseal Nonce', body.nonce],
					] as const)
				: []),
			['Version', body.version],
			...(all.build_date === undefined ? [] : ([['Build Date', all.build_date]] as const)),
			['Storage Type', all.storage_type ?? ''],
			...(body.cluster_name === undefined
				? []
				: ([
						['Cluster Name', body.cluster_name],
						['Cluster ID', body.cluster_id ?? ''],
					] as const)),
			['HA Enabled', leader.ha_enabled],
		]),
	);
}

const INIT = {
	...FORMAT_FLAG,
	status: false,
	'key-shares': 5,
	'key-threshold': 3,
	n: 5,
	t: 3,
	'pgp-keys': '',
};

async function init(args: readonly string[], context: VaultCliContext): Promise<number> {
	const { flags } = parseGoFlags(args, INIT);
	const client = createApiClient(context.environment);
	const { output } = context;
	const shares = flags.n === INIT.n ? flags['key-shares'] : flags.n;
	const threshold = flags.t === INIT.t ? flags['key-threshold'] : flags.t;
	const keys = await readPgpKeyFiles(flags['pgp-keys']);
	try {
		if (flags.status) {
			const { initialized } = await sendApiRequest<{ initialized: boolean }>(
				client,
				'GET',
				'sys/init',
			);
			output.line(initialized ? 'Vault is initialized' : 'Vault is not initialized');
			return initialized ? 0 : 2;
		}
		const asked = { secret_shares: shares, secret_threshold: threshold, pgp_keys: keys };
		const body = await sendApiRequest<InitBody>(client, 'PUT', 'sys/init', asked);
		output.line(
			flags.format === 'json'
				? initJson(body, shares, threshold, context.like.name === '1.8')
				: initProse(body, shares, threshold),
		);
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error initializing', error);
	}
}

/** 1.8 prints the flag defaults as recovery key counts, although no recovery keys exist. */
const initJson = (body: InitBody, shares: number, threshold: number, old: boolean): string =>
	formatJson({
		unseal_keys_b64: body.keys_base64,
		unseal_keys_hex: body.keys,
		unseal_shares: shares,
		unseal_threshold: threshold,
		recovery_keys_b64: [],
		recovery_keys_hex: [],
		recovery_keys_shares: old ? 5 : 0,
		recovery_keys_threshold: old ? 3 : 0,
		root_token: body.root_token,
	});

function initProse(body: InitBody, shares: number, threshold: number): string {
	return [
		...body.keys_base64.map((key, index) => `Unseal Key ${index + 1}: ${key}`),
		'',
		`Initial Root Token: ${body.root_token}`,
		'',
		wrapCliText(
			`Vault initialized with ${shares} key shares and a key threshold of ${threshold}. Please securely distribute the key shares printed above. When the Vault is re-sealed, restarted, or stopped, you must supply at least ${threshold} of these keys to unseal it before it can start servicing requests.`,
		),
		'',
		wrapCliText(
			`Vault does not store the generated root key. Without at least ${threshold} keys to reconstruct the root key, Vault will remain permanently sealed!`,
		),
		'',
		wrapCliText(
			'It is possible to generate new unseal keys, provided you have a quorum of existing unseal keys shares. See "vault operator rekey" for more information.',
		),
	].join('\n');
}

async function unseal(args: readonly string[], context: VaultCliContext): Promise<number> {
	const { flags, words } = parseGoFlags(args, { ...FORMAT_FLAG, reset: false });
	const client = createApiClient(context.environment);
	const { output } = context;
	let given: object = { reset: true };
	if (!flags.reset) {
		let key = words[0]?.trim() ?? '';
		if (key === '') {
			output.raw('Unseal Key (will be hidden): ');
			try {
				key = await readTypedKey('file descriptor 0 is not a terminal');
			} catch (error) {
				output.raw('\n');
				output.error(
					wrapCliText(
						`An error occurred attempting to ask for an unseal key. The raw error message is shown below, but usually this is because you attempted to pipe a value into the unseal command or you are executing outside of a terminal (tty). You should run the unseal command from a terminal for maximum security. If this is not an option, the unseal key can be provided as the first argument to the unseal command. The raw error was:  ${(error as Error).message}`,
					),
				);
				return 1;
			}
			output.raw('\n');
		}
		given = { key };
	}
	try {
		const body = await sendApiRequest<SealStatusBody>(client, 'PUT', 'sys/unseal', given);
		await showSeal(client, body, flags.format, context);
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error unsealing', error);
	}
}

async function seal(context: VaultCliContext): Promise<number> {
	try {
		await sendApiRequest(createApiClient(context.environment), 'PUT', 'sys/seal');
		context.output.line('Success! Vault is sealed.');
		return 0;
	} catch (error) {
		return reportModernFailure(context, 'Error sealing', error);
	}
}
