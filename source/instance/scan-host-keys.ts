import { buildChildEnvironment, type ChildEnvironment } from '../engine/child-environment.ts';
import { runHelperProgram } from '../engine/run-helper-program.ts';
import type { SshTarget } from './instance-types.ts';
import { createConfigFileArguments, createDestinationArguments } from './ssh-arguments.ts';

export interface HostKeyFingerprints {
	/**
	 * Fingerprints of the server's host keys, for comparison by the operator: "256 SHA256:… (ED25519)".
	 * They prove nothing, since an attacker in between can show any keys. Empty when unavailable, as
	 * behind a jump host, which only ssh itself can pass.
	 */
	shown: readonly string[];
	/** Name of the host's keys in known_hosts: HOST, [HOST]:PORT, or an alias. */
	knownAs: string;
}

/**
 * Collects what can be found out about a server's host keys. Never throws.
 *
 * @param environment Environment of ssh: `Match exec` and `${NAME}` in its configuration see it.
 */
export async function scanHostKeyFingerprints(
	target: SshTarget,
	environment: ChildEnvironment,
): Promise<HostKeyFingerprints> {
	const words = ['-G', ...createConfigFileArguments(target), ...createDestinationArguments(target)];
	const settings = await runHelperProgram('ssh', words, { environment, reject: false });
	const setting = (name: string) =>
		new RegExp(`^${name} (.+)$`, 'm').exec(settings.stdout)?.[1] ?? '';
	const proxies = [setting('proxyjump'), setting('proxycommand')];
	const host = setting('hostname');
	const port = setting('port') || '22';
	const withPort = port === '22' ? host : `[${host}]:${port}`;
	const knownAs = setting('hostkeyalias') || (host === '' ? target.host : withPort);
	const reachable = host !== '' && proxies.every((proxy) => proxy === '' || proxy === 'none');
	return { shown: reachable ? await runKeyscan(host, port, environment) : [], knownAs };
}

async function runKeyscan(
	host: string,
	port: string,
	inherited: ChildEnvironment,
): Promise<string[]> {
	const environment = buildChildEnvironment({ for: 'helper', inherited });
	const options = { environment, reject: false };
	const scan = await runHelperProgram('ssh-keyscan', ['-T', '5', '-p', port, '--', host], options);
	const keys = scan.stdout.split('\n').filter((line) => !line.startsWith('#'));
	if (keys.join('').trim() === '') return [];
	const input = keys.join('\n');
	const shown = await runHelperProgram('ssh-keygen', ['-lf', '-'], { ...options, input });
	return shown.stdout
		.split('\n')
		.map((line) => /^(\d+ \S+) .* (\(\S+\))$/.exec(line))
		.flatMap((parts) => (parts === null ? [] : [`${parts[1]} ${parts[2]}`]));
}
