import { quoteShellWord } from '../engine/shell-quote.ts';
import type { SshTarget } from './instance-types.ts';
import type { HostKeys } from './scan-host-keys.ts';
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

interface SshFailure {
	message: string;
	hint: readonly string[];
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
	hostKeys: HostKeys = { shown: [], knownAs: target.host },
): SshFailure {
	const where = `${target.user}@${target.host}`;
	const said = getLastSshMessage(stderr);
	const see = `${formatSshCommand(target, '-v')} (prints debugging messages)`;
	switch (kind) {
		case 'unknown-host-key':
			return {
				message: `The host key of ${target.host} is not in known_hosts, so its identity cannot be verified.`,
				hint: [
					...formatOfferedKeys(hostKeys.shown, 'Keys offered by the host (not verified):'),
					'Compare them with the keys that the instance printed at its first boot: aws ec2 get-console-output --output text --instance-id INSTANCE_ID',
					`If one matches, accept it once manually: ${formatSshCommand(target)}`,
				],
			};
		case 'changed-host-key':
			return {
				message: `THE HOST KEY OF ${target.host.toUpperCase()} HAS CHANGED. Either the connection is intercepted or the instance was replaced. Nothing was sent.`,
				hint: [
					...formatKnownKeyLocation(stderr),
					...formatOfferedKeys(hostKeys.shown, 'Keys offered by the host now (not verified):'),
					'If the instance was not replaced, stop and inform your security team.',
					'If it was replaced, compare the keys with those printed at its first boot: aws ec2 get-console-output --output text --instance-id INSTANCE_ID',
					`Only if they match: ${formatForgetKeyCommand(stderr, hostKeys.knownAs)}, then ${formatSshCommand(target)}`,
				],
			};
		case 'revoked-host-key':
			return {
				message: `The host key of ${target.host} is marked as revoked in known_hosts. Nothing was sent.`,
				hint: ['Inform your security team: this key must no longer be used.'],
			};
		case 'not-let-in':
			return {
				message: `${target.host} rejected every SSH key offered for ${target.user}.`,
				hint: [
					`ssh reported: ${said}`,
					'ssh-add -l (is the private key of the key pair in the agent? If not: ssh-add KEY_FILE)',
					`Check the user name ${target.user}. On the AMI it is tfe-admin.`,
					see,
				],
			};
		case 'no-such-name':
			return {
				message: `Could not resolve the host name ${target.host}.`,
				hint: [
					'Check the spelling, or use an IP address or an alias from your ssh configuration.',
					`ssh reported: ${said}`,
				],
			};
		case 'port-closed':
			return {
				message: `${target.host} refused the connection to its SSH port.`,
				hint: [
					'Check that the instance is running and that sshd listens on that port. During boot it refuses connections.',
					`ssh reported: ${said}`,
				],
			};
		case 'no-answer':
			return {
				message: `${target.host} does not respond on its SSH port.`,
				hint: [
					'Check that a security group allows your access to port 22, and whether you need a VPN or a jump host (ProxyJump).',
					see,
				],
			};
		case 'no-route':
			return {
				message: `This computer has no route to ${target.host}.`,
				hint: ['Check whether you need a VPN or a jump host (ProxyJump).', `ssh reported: ${said}`],
			};
		case 'hung-up':
			return {
				message: `${target.host} closed the connection during the handshake.`,
				hint: [`ssh reported: ${said}`, see],
			};
		case 'bad-configuration':
			return {
				message: 'The ssh configuration is not valid.',
				hint: [`ssh reported: ${said}`, see],
			};
		case 'other':
			return {
				message: `ssh could not connect to ${where}.`,
				hint: [said === '' ? 'ssh printed no error message.' : `ssh reported: ${said}`, see],
			};
	}
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
