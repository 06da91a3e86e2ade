import { buildChildEnvironment, type ChildEnvironment } from '../engine/child-environment.ts';
import { runHelper } from '../engine/run-helper.ts';
import type { SshTarget } from './instance-types.ts';
import { createConfigFileArguments, createDestinationArguments } from './ssh-arguments.ts';

const LIMIT_MS = 10_000;

const helperOptions = { reject: false, timeout: LIMIT_MS } as const;

export interface HostKeys {
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
export async function scanHostKeys(
	target: SshTarget,
	environment: ChildEnvironment,
): Promise<HostKeys> {
	const words = ['-G', ...createConfigFileArguments(target), ...createDestinationArguments(target)];
	const settings = await runHelper('ssh', words, {
		...{ ...helperOptions, environment, stdin: 'ignore' },
	});
	const setting = (name: string) =>
		new RegExp(`^${name} (.+)$`, 'm').exec(settings.stdout ?? '')?.[1] ?? '';
	const proxies = [setting('proxyjump'), setting('proxycommand')];
	const host = setting('hostname');
	const port = setting('port') || '22';
	const withPort = port === '22' ? host : `[${host}]:${port}`;
	const knownAs = setting('hostkeyalias') || (host === '' ? target.host : withPort);
	const shown =
		host === '' || proxies.some((proxy) => proxy !== '' && proxy !== 'none')
			? []
			: await runKeyscan(
					host,
					port,
					buildChildEnvironment({ for: 'helper', inherited: environment }),
				);
	return { shown, knownAs };
}

async function runKeyscan(
	host: string,
	port: string,
	environment: ChildEnvironment,
): Promise<string[]> {
	const scan = ['-T', '5', '-p', port, '--', host];
	const found = await runHelper('ssh-keyscan', scan, {
		...{ ...helperOptions, environment, stdin: 'ignore' },
	});
	const keys = (found.stdout ?? '').split('\n').filter((line) => !line.startsWith('#'));
	if (keys.join('').trim() === '') return [];
	const shown = await runHelper('ssh-keygen', ['-lf', '-'], {
		...{ ...helperOptions, environment, input: keys.join('\n') },
	});
	return (shown.stdout ?? '')
		.split('\n')
		.map((line) => /^(\d+ \S+) .* (\(\S+\))$/.exec(line))
		.flatMap((parts) => (parts === null ? [] : [`${parts[1]} ${parts[2]}`]));
}
