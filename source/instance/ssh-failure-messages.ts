import { quoteShellWord } from '../engine/shell-quote.ts';
import type { SshTarget } from './instance-types.ts';
import type { HostKeyFingerprints } from './scan-host-keys.ts';
import { formatSshCommand } from './ssh-arguments.ts';

/** Why a connection failed, recognised from ssh's messages (OpenSSH 5 to 10, in the C locale). */
type SshFailureKind =
	| 'unknown-host-key'
	| 'changed-host-key'
	| 'revoked-host-key'
	| 'not-let-in'
	| 'no-such-name'
	| 'port-closed'
	| 'no-answer'
	| 'no-route'
	| 'hung-up'
	| 'bad-configuration'
	| 'other';

/** The most likely cause first: with a jump host the last line only says that the jump failed. */
const failurePatterns: readonly (readonly [SshFailureKind, RegExp])[] = [
	['changed-host-key', /REMOTE HOST IDENTIFICATION HAS CHANGED|differs from the key for the IP/],
	['revoked-host-key', /REVOKED HOST KEY|marked as revoked/],
	['unknown-host-key', /Host key verification failed|host key is known for/],
	['not-let-in', /Permission denied|Too many authentication failures|No more authentication/],
	['no-such-name', /Could not resolve hostname|Name or service not known/],
	['port-closed', /Connection refused/],
	['no-answer', /timed out/],
	['no-route', /No route to host|Network is unreachable|Network unreachable/],
	['bad-configuration', /Bad configuration option|Bad owner or permissions|Can't open user config/],
	['hung-up', /Connection (closed|reset)|kex_exchange_identification|Broken pipe/],
];

export function classifySshFailure(stderr: string): SshFailureKind {
	return failurePatterns.find(([, pattern]) => pattern.test(stderr))?.[0] ?? 'other';
}

/**
 * Describes what went wrong and how to fix it.
 *
 * @param hostKeys The host keys that the server shows now, if available, and their name in known_hosts.
 */
export function describeSshFailure(
	kind: SshFailureKind,
	target: SshTarget,
	stderr: string,
	{ shown, knownAs }: HostKeyFingerprints = { shown: [], knownAs: target.host },
): { message: string; hint: readonly string[] } {
	const { host, user } = target;
	const message = getLastSshMessage(stderr);
	const reported = `ssh reported: ${message}`;
	const see = `${formatSshCommand(target, '-v')} (prints debugging messages)`;
	const consoleOutput = 'aws ec2 get-console-output --output text --instance-id INSTANCE_ID';
	const descriptions: Readonly<Record<SshFailureKind, readonly [string, ...string[]]>> = {
		'unknown-host-key': [
			`The host key of ${host} is not in known_hosts, so its identity cannot be verified.`,
			...formatOfferedKeys(shown, 'Keys offered by the host (not verified):'),
			`Compare them with the keys that the instance printed at its first boot: ${consoleOutput}`,
			`If one matches, accept it once manually: ${formatSshCommand(target)}`,
		],
		'changed-host-key': [
			`THE HOST KEY OF ${host.toUpperCase()} HAS CHANGED. Either the connection is intercepted or the instance was replaced. Nothing was sent.`,
			...formatKnownKeyLocation(stderr),
			...formatOfferedKeys(shown, 'Keys offered by the host now (not verified):'),
			'If the instance was not replaced, stop and inform your security team.',
			`If it was replaced, compare the keys with those printed at its first boot: ${consoleOutput}`,
			`Only if they match: ${formatForgetKeyCommand(stderr, knownAs)}, then ${formatSshCommand(target)}`,
		],
		'revoked-host-key': [
			`The host key of ${host} is marked as revoked in known_hosts. Nothing was sent.`,
			'Inform your security team: this key must no longer be used.',
		],
		'not-let-in': [
			`${host} rejected every SSH key offered for ${user}.`,
			reported,
			'ssh-add -l (is the private key of the key pair in the agent? If not: ssh-add KEY_FILE)',
			`Check the user name ${user}. On the AMI it is tfe-admin.`,
			see,
		],
		'no-such-name': [
			`Could not resolve the host name ${host}.`,
			'Check the spelling, or use an IP address or an alias from your ssh configuration.',
			reported,
		],
		'port-closed': [
			`${host} refused the connection to its SSH port.`,
			'Check that the instance is running and that sshd listens on that port. During boot it refuses connections.',
			reported,
		],
		'no-answer': [
			`${host} does not respond on its SSH port.`,
			'Check that a security group allows your access to port 22, and whether you need a VPN or a jump host (ProxyJump).',
			see,
		],
		'no-route': [
			`This computer has no route to ${host}.`,
			'Check whether you need a VPN or a jump host (ProxyJump).',
			reported,
		],
		'hung-up': [`${host} closed the connection during the handshake.`, reported, see],
		'bad-configuration': ['The ssh configuration is not valid.', reported, see],
		other: [
			`ssh could not connect to ${user}@${host}.`,
			message === '' ? 'ssh printed no error message.' : reported,
			see,
		],
	};
	const [problem, ...hint] = descriptions[kind];
	return { message: problem, hint };
}

/** The last relevant line that ssh printed; jump hosts append one without information. */
export function getLastSshMessage(stderr: string): string {
	const lines = stderr
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== '');
	const telling = lines.filter((line) => !/UNKNOWN port 65535/.test(line));
	return (telling.length > 0 ? telling : lines).at(-1) ?? '';
}

function formatOfferedKeys(keys: readonly string[], title: string): string[] {
	return keys.length === 0
		? ['Could not determine the keys offered by the host.']
		: [title, ...keys.map((key) => `  ${key}`)];
}

/** Names the file and line of the earlier key. */
function formatKnownKeyLocation(stderr: string): string[] {
	const found = findKnownKeyLocation(stderr);
	return found === undefined ? [] : [`The known key is in ${found}`];
}

const findKnownKeyLocation = (stderr: string): string | undefined =>
	/Offending .*? in (.+)$/m.exec(stderr)?.[1]?.trim();

/** The command that removes the earlier key from its file. */
function formatForgetKeyCommand(stderr: string, knownHostsName: string): string {
	const file = findKnownKeyLocation(stderr)?.replace(/:\d+$/, '');
	const words = ['ssh-keygen', ...(file === undefined ? [] : ['-f', file]), '-R', knownHostsName];
	return words.map(quoteShellWord).join(' ');
}
