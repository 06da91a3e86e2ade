import { shellWord } from '../engine/shell-word.ts';
import type { SshTarget } from './contract.ts';

/**
 * What ssh may not do here, whatever the operator's configuration says (ssh_config(5)); the first
 * value of an option is the one that counts, and the command line comes first.
 */
const never = [
	// Nobody is asked: keys come from the agent or the configuration, host keys from known_hosts.
	'BatchMode=yes',
	// An unknown host key is refused, not taken (`ask` would do the same without a terminal, `no`
	// and `accept-new` would not).
	'StrictHostKeyChecking=yes',
	// Of a forwarded port on loopback too: any host may be behind it.
	'NoHostAuthenticationForLocalhost=no',
	'ForwardAgent=no',
	'ForwardX11=no',
	'ClearAllForwardings=yes',
	'PermitLocalCommand=no',
	'RemoteCommand=none',
	'LogLevel=INFO',
	// A socket here is for this user alone.
	'StreamLocalBindMask=0177',
];

/**
 * What else must be as it is by default, since OpenSSH 8.7; what is older takes these for mistakes,
 * and finds none of them in a configuration either. Not with `IgnoreUnknown`: the first one counts,
 * and the operator's own could name more.
 */
const since8_7 = ['SessionType=default', 'ForkAfterAuthentication=no', 'StdinNull=no'];

/** Arguments of a command that succeeds where ssh knows all the options a newer one has. */
export function newerArguments(): string[] {
	return [...options(since8_7), '-V'];
}

/**
 * Arguments of the connection all commands share; it lives while its remote command does.
 *
 * @param newer Whether this ssh knows the options a newer one has.
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
			// A dead connection is noticed after about 30 s.
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

/** Arguments that ask the master to listen at a local socket for a port over there. */
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

/** The command a person pastes to reach the instance by hand. */
export function byHand(target: SshTarget, ...words: readonly string[]): string {
	return ['ssh', ...configFile(target), ...words, `${target.user}@${target.host}`]
		.map(shellWord)
		.join(' ');
}

export function configFile({ configFile }: SshTarget): string[] {
	return configFile === undefined ? [] : ['-F', configFile];
}

/** `--` before it: no host name is ever taken for an option. */
export function destination({ user, host }: SshTarget): string[] {
	return ['-l', user, '--', host];
}

/**
 * Without its master, even when that dies while a session is being opened, ssh would make a
 * connection of its own and run the command again. This one leads nowhere.
 */
const NO_WAY_ROUND = 'ProxyCommand=false';

/**
 * The socket is all that is needed to go over a connection. What the operator's configuration says
 * would go along: every forward of theirs with the one that is asked for, what SendEnv names, and a
 * SessionType other than a command.
 */
const NO_CONFIG = ['-F', '/dev/null'];

function options(list: readonly string[]): string[] {
	return list.flatMap((option) => ['-o', option]);
}

/** ssh expands `%` in paths, and takes an option's value apart at spaces outside quotes. */
function literal(path: string): string {
	return `"${path.replaceAll('%', '%%')}"`;
}
