import { shellWord } from '../engine/shell-word.ts';
import type { SshTarget } from './contract.ts';

/**
 * Options that are enforced whatever the operator's configuration says (ssh_config(5)): the first value
 * of an option applies, and the command line comes first.
 */
const never = [
	// No prompts: keys come from the agent or the configuration, host keys from known_hosts.
	'BatchMode=yes',
	// An unknown host key is rejected, never added (`ask` would do the same without a terminal; `no` and
	// `accept-new` would not).
	'StrictHostKeyChecking=yes',
	// Also for a forwarded port on loopback, which any host may be behind.
	'NoHostAuthenticationForLocalhost=no',
	'ForwardAgent=no',
	'ForwardX11=no',
	'ClearAllForwardings=yes',
	'PermitLocalCommand=no',
	'RemoteCommand=none',
	'LogLevel=INFO',
	// Sockets are accessible to this user only.
	'StreamLocalBindMask=0177',
];

/**
 * Further options to reset to their defaults, since OpenSSH 8.7. Older versions reject them, and
 * cannot have them in a configuration either. `IgnoreUnknown` is no alternative: its first value
 * applies, which would override the operator's.
 */
const since8_7 = ['SessionType=default', 'ForkAfterAuthentication=no', 'StdinNull=no'];

/** Arguments of a command that succeeds if this ssh supports the newer options. */
export function newerArguments(): string[] {
	return [...options(since8_7), '-V'];
}

/**
 * Arguments of the connection that all commands share; it lives as long as its remote command.
 *
 * @param newer Whether this ssh supports the newer options.
 */
export function masterArguments(
	target: SshTarget,
	socket: string,
	connectTimeoutMs: number,
	command: string,
	newer: boolean,
): string[] {
	return [
		...configFile(target),
		...options([
			...never,
			...(newer ? since8_7 : []),
			'ControlMaster=yes',
			`ControlPath=${literal(socket)}`,
			'ControlPersist=no',
			`ConnectTimeout=${Math.max(1, Math.ceil(connectTimeoutMs / 1000))}`,
			// Detects a dead connection after about 30 s.
			'ServerAliveInterval=10',
			'ServerAliveCountMax=3',
			'RequestTTY=no',
		]),
		...destination(target),
		command,
	];
}

/** Arguments of a command over that connection. */
export function sessionArguments(
	target: SshTarget,
	socket: string,
	command: string,
	terminal = false,
): string[] {
	return [
		...(terminal ? ['-tt'] : ['-T']),
		...NO_CONFIG,
		...options([...never, 'ControlMaster=no', `ControlPath=${literal(socket)}`, NO_WAY_ROUND]),
		...destination(target),
		command,
	];
}

/** Arguments that ask the master process to forward a local socket to a port of the instance. */
export function forwardArguments(
	target: SshTarget,
	socket: string,
	local: string,
	remotePort: number,
): string[] {
	return [
		...NO_CONFIG,
		...options(['BatchMode=yes', 'LogLevel=INFO', `ControlPath=${literal(socket)}`, NO_WAY_ROUND]),
		...['-O', 'forward', '-L', `${local}:127.0.0.1:${remotePort}`],
		...destination(target),
	];
}

/** The command with which the operator connects to the instance manually. */
export function byHand(target: SshTarget, ...words: readonly string[]): string {
	return ['ssh', ...configFile(target), ...words, `${target.user}@${target.host}`]
		.map(shellWord)
		.join(' ');
}

export function configFile({ configFile }: SshTarget): string[] {
	return configFile === undefined ? [] : ['-F', configFile];
}

/** `--` comes first, so that a host name is never parsed as an option. */
export function destination({ user, host }: SshTarget): string[] {
	return ['-l', user, '--', host];
}

/**
 * If the master process dies while a session is being opened, ssh would connect on its own and run
 * the command again. This proxy command makes that connection fail.
 */
const NO_WAY_ROUND = 'ProxyCommand=false';

/**
 * The socket is all that a session needs. The operator's configuration would add every forward of
 * theirs to the requested one, the variables of SendEnv, and a SessionType other than a command.
 */
const NO_CONFIG = ['-F', '/dev/null'];

function options(list: readonly string[]): string[] {
	return list.flatMap((option) => ['-o', option]);
}

/** ssh expands `%` in paths, and splits option values at spaces outside quotes. */
function literal(path: string): string {
	return `"${path.replaceAll('%', '%%')}"`;
}
