import { SecretBytes } from '../../../engine/secret-bytes.ts';
import { InstanceError } from '../../../instance/instance-types.ts';
import type { TerminalInstance } from '../../../instance/run-in-terminal.ts';
import type { Context } from '../../../steps/services.ts';
import { type ProbeOptions, type ProbeResult, probeVault } from '../../../vault/probe-vault.ts';
import type { VaultCommandRunner } from '../../../vault/run-vault-command.ts';
import {
	createDetachedCommandRunner,
	createDetachedHttpSender,
	withVaultErrors,
} from './remote-requests.ts';

/** Where Vault listens on the AMI, on the loopback interface only. */
const USUAL_ADDRESS = 'http://127.0.0.1:8200';
const LOOPBACK = /^(127(\.\d+){3}|localhost|\[::1\])$/;
const COMMAND_MS = 30_000;

/** Finds Vault on the instance: over HTTP through ssh if possible, otherwise with vault commands. */
export async function connectToVault(
	context: Context,
	instance: TerminalInstance,
): Promise<ProbeResult> {
	const address = await getVaultAddress(instance);
	const url = new URL(address);
	// A TLS certificate on loopback cannot be verified from here; the vault command on the instance can.
	const port = url.protocol === 'http:' ? Number(url.port || 80) : undefined;
	const http = port === undefined ? {} : await forwardHttp(instance, url, port);
	return probeVault({
		...http,
		command: { runner: createVaultCommandRunner(instance), address },
		token: async () => getOperatorToken(context),
	});
}

async function forwardHttp(
	instance: TerminalInstance,
	{ origin, host }: URL,
	port: number,
): Promise<Pick<ProbeOptions, 'http' | 'noHttp'>> {
	try {
		const socketPath = await instance.forward(port);
		const how = `HTTP through ssh to ${host} on ${instance.target.host}`;
		return { http: { socketPath, apart: createDetachedHttpSender(instance, origin), how } };
	} catch (thrown) {
		// Some sites disable port forwarding; vault commands do not need it.
		if (!(thrown instanceof InstanceError)) throw thrown;
		return { noHttp: [thrown.message, ...thrown.hint].join(' ') };
	}
}

async function getVaultAddress(instance: TerminalInstance): Promise<string> {
	const { stdout } = await instance.run(['sh', '-lc', 'printf %s "$VAULT_ADDR"'], {
		timeoutMs: COMMAND_MS,
	});
	const said = stdout.toString('utf8').trim();
	// Never send keys to another host, whatever VAULT_ADDR is.
	return URL.canParse(said) && LOOPBACK.test(new URL(said).hostname) ? said : USUAL_ADDRESS;
}

/** The operator's token, if this Vault requires one (2.0, OpenBao). */
function getOperatorToken(context: Context): SecretBytes | undefined {
	const token = context.services.environment.VAULT_TOKEN;
	if (token === undefined || token === '') return undefined;
	context.secrets.add(token, 'the environment variable VAULT_TOKEN');
	return new SecretBytes(Buffer.from(token));
}

/** Runs vault commands over ssh: directly, in a terminal, or detached. */
export function createVaultCommandRunner(instance: TerminalInstance): VaultCommandRunner {
	const { user, host } = instance.target;
	return {
		how: `ssh to ${user}@${host}`,
		run: (argv, options) => withVaultErrors(() => instance.run(argv, options)),
		runInTerminal: (argv, options) => withVaultErrors(() => instance.runInTerminal(argv, options)),
		apart: createDetachedCommandRunner(instance),
	};
}
