import { shellWord } from '../engine/shell-word.ts';
import type { SshTarget } from './contract.ts';
import type { HostKeys } from './host-keys.ts';

import { byHand } from './ssh-words.ts';

/** Why no connection came about, as ssh words it (OpenSSH 5 to 10, in the C locale). */
export type RefusalKind =
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

/** The likeliest cause first: with a jump host the last line only tells that the jump failed. */
const patterns: readonly (readonly [RefusalKind, RegExp])[] = [
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

export function refusalKind(stderr: string): RefusalKind {
	return patterns.find(([, pattern]) => pattern.test(stderr))?.[0] ?? 'other';
}

export interface Refusal {
	message: string;
	hint: readonly string[];
}

/**
 * What went wrong, and what to do about it.
 *
 * @param keys The host keys it shows now, where they could be had, and what they are known as here.
 */
export function refusal(
	kind: RefusalKind,
	target: SshTarget,
	stderr: string,
	keys: HostKeys = { shown: [], knownAs: target.host },
): Refusal {
	const where = `${target.user}@${target.host}`;
	const said = lastWords(stderr);
	const see = `${byHand(target, '-v')} (shows each step ssh takes)`;
	switch (kind) {
		case 'unknown-host-key':
			return {
				message: `The host key of ${target.host} is not known here, so nobody can say whether it is that machine.`,
				hint: [
					...shownKeys(keys.shown, 'It shows these keys (not verified by anybody):'),
					'Compare them with those the machine printed at its first boot: aws ec2 get-console-output --output text --instance-id INSTANCE_ID',
					`When one is the same, accept it once by hand: ${byHand(target)}`,
				],
			};
		case 'changed-host-key':
			return {
				message: `THE HOST KEY OF ${target.host.toUpperCase()} HAS CHANGED. Somebody may be in between, or the machine was replaced. Nothing was sent.`,
				hint: [
					...offending(stderr),
					...shownKeys(keys.shown, 'It shows these keys now (not verified by anybody):'),
					'If nobody replaced the machine, stop here and tell your security team.',
					'If it was replaced, compare with what it printed at its first boot: aws ec2 get-console-output --output text --instance-id INSTANCE_ID',
					`Only when they are the same: ${forget(stderr, keys.knownAs)}, then ${byHand(target)}`,
				],
			};
		case 'revoked-host-key':
			return {
				message: `The host key of ${target.host} is marked as revoked here. Nothing was sent.`,
				hint: ['Tell your security team: this key must not be used any more.'],
			};
		case 'not-let-in':
			return {
				message: `${target.host} lets nobody in as ${target.user} with the keys it was shown.`,
				hint: [
					`ssh said: ${said}`,
					'ssh-add -l (is the key of the key pair in the agent? if not: ssh-add KEY_FILE)',
					`Is ${target.user} the right user? On the machine image it is tfe-admin.`,
					see,
				],
			};
		case 'no-such-name':
			return {
				message: `There is no address for the name ${target.host}.`,
				hint: [
					'Check the spelling, or give the address or an alias of your ssh configuration.',
					`ssh said: ${said}`,
				],
			};
		case 'port-closed':
			return {
				message: `${target.host} refuses connections at its ssh port.`,
				hint: [
					'Is the machine up, and is sshd running at that port? A machine that boots refuses for a minute.',
					`ssh said: ${said}`,
				],
			};
		case 'no-answer':
			return {
				message: `${target.host} does not answer at its ssh port.`,
				hint: [
					'Does a security group let you in at port 22? Is a VPN or a jump host (ProxyJump) needed?',
					see,
				],
			};
		case 'no-route':
			return {
				message: `This machine has no way to ${target.host}.`,
				hint: ['Is a VPN or a jump host (ProxyJump) needed?', `ssh said: ${said}`],
			};
		case 'hung-up':
			return {
				message: `${target.host} hung up before the connection was made.`,
				hint: [`ssh said: ${said}`, see],
			};
		case 'bad-configuration':
			return { message: 'ssh does not take its configuration.', hint: [`ssh said: ${said}`, see] };
		case 'other':
			return {
				message: `ssh could not connect to ${where}.`,
				hint: [said === '' ? 'ssh said nothing.' : `ssh said: ${said}`, see],
			};
	}
}

/** The last line ssh said of its own; jump hosts add one that tells nothing. */
export function lastWords(stderr: string): string {
	const lines = stderr
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== '');
	const telling = lines.filter((line) => !/UNKNOWN port 65535/.test(line));
	return (telling.length > 0 ? telling : lines).at(-1) ?? '';
}

function shownKeys(keys: readonly string[], title: string): string[] {
	return keys.length === 0
		? ['Which keys it shows could not be found out from here.']
		: [title, ...keys.map((key) => `  ${key}`)];
}

/** Which line of which file holds the earlier key. */
function offending(stderr: string): string[] {
	const found = offendingAt(stderr);
	return found === undefined ? [] : [`The key known so far is in ${found}`];
}

const offendingAt = (stderr: string): string | undefined =>
	/Offending .*? in (.+)$/m.exec(stderr)?.[1]?.trim();

/** The command that takes the earlier key away, from the file it is in. */
function forget(stderr: string, knownAs: string): string {
	const file = offendingAt(stderr)?.replace(/:\d+$/, '');
	const words = ['ssh-keygen', ...(file === undefined ? [] : ['-f', file]), '-R', knownAs];
	return words.map(shellWord).join(' ');
}
