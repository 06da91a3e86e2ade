import { quoteShellWord } from '../engine/shell-quote.ts';
import type { SshTarget } from './instance-types.ts';

/**
 * Options that are enforced whatever the operator's configuration says (ssh_config(5)): the first value
 * of an option applies, and the command line comes first.
 */
const enforcedOptions = [
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
const newerEnforcedOptions = ['SessionType=default', 'ForkAfterAuthentication=no', 'StdinNull=no'];

/** Arguments of a command that succeeds if this ssh supports the newer options. */
export function createNewerOptionsCheckArguments(): string[] {
	return [...toOptionArguments(newerEnforcedOptions), '-V'];
}

/**
 * Arguments of the connection that all commands share; it lives as long as its remote command.
 *
 * @param hasNewerOptions Whether this ssh supports the newer options.
 */
export function createMasterArguments(
	target: SshTarget,
	socket: string,
	connectTimeoutMs: number,
	command: string,
	hasNewerOptions: boolean,
): string[] {
	return [
		...createConfigFileArguments(target),
		...toOptionArguments([
			...enforcedOptions,
			...(hasNewerOptions ? newerEnforcedOptions : []),
			'ControlMaster=yes',
			`ControlPath=${quoteOptionPath(socket)}`,
			'ControlPersist=no',
			`ConnectTimeout=${Math.max(1, Math.ceil(connectTimeoutMs / 1000))}`,
			// Detects a dead connection after about 30 s.
			'ServerAliveInterval=10',
			'ServerAliveCountMax=3',
			'RequestTTY=no',
		]),
		...createDestinationArguments(target),
		command,
	];
}

/** Arguments of a command over that connection. */
export function createSessionArguments(
	target: SshTarget,
	socket: string,
	command: string,
): string[] {
	return [
		'-T',
		...NO_CONFIG_ARGUMENTS,
		...toOptionArguments([
			...enforcedOptions,
			'ControlMaster=no',
			`ControlPath=${quoteOptionPath(socket)}`,
			NO_RECONNECT,
		]),
		...createDestinationArguments(target),
		command,
	];
}

/** Arguments that ask the master process to forward a local socket to a port of the instance. */
export function createForwardArguments(
	target: SshTarget,
	socket: string,
	local: string,
	remotePort: number,
): string[] {
	return [
		...NO_CONFIG_ARGUMENTS,
		...toOptionArguments([
			'BatchMode=yes',
			'LogLevel=INFO',
			`ControlPath=${quoteOptionPath(socket)}`,
			NO_RECONNECT,
		]),
		...['-O', 'forward', '-L', `${local}:127.0.0.1:${remotePort}`],
		...createDestinationArguments(target),
	];
}

/** The command with which the operator connects to the instance manually. */
export function formatSshCommand(target: SshTarget, ...extraArguments: readonly string[]): string {
	return [
		'ssh',
		...createConfigFileArguments(target),
		...extraArguments,
		`${target.user}@${target.host}`,
	]
		.map(quoteShellWord)
		.join(' ');
}

export function createConfigFileArguments({ configFile }: SshTarget): string[] {
	return configFile === undefined ? [] : ['-F', configFile];
}

/** `--` comes first, so that a host name is never parsed as an option. */
export function createDestinationArguments({ user, host }: SshTarget): string[] {
	return ['-l', user, '--', host];
}

/**
 * If the master process dies while a session is being opened, ssh would connect on its own and run
 * the command again. This proxy command makes that connection fail.
 */
const NO_RECONNECT = 'ProxyCommand=false';

/**
 * The socket is all that a session needs. The operator's configuration would add every forward of
 * theirs to the requested one, the variables of SendEnv, and a SessionType other than a command.
 */
const NO_CONFIG_ARGUMENTS = ['-F', '/dev/null'];

function toOptionArguments(list: readonly string[]): string[] {
	return list.flatMap((option) => ['-o', option]);
}

/** ssh expands `%` in paths, and splits option values at spaces outside quotes. */
export function quoteOptionPath(path: string): string {
	return `"${path.replaceAll('%', '%%')}"`;
}
