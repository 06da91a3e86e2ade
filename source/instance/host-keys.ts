import { execa } from 'execa';
import type { SshTarget } from './contract.ts';
import { configFile, destination } from './ssh-words.ts';

const LIMIT_MS = 10_000;

/**
 * The fingerprints of the keys a server shows, for a person to compare: "256 SHA256:… (ED25519)".
 * Whoever is in between could show any: they prove nothing. Empty when they cannot be had, as
 * behind a jump host, where only ssh itself gets through. Never throws.
 */
export async function shownHostKeys(
	target: SshTarget,
	environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
	const common = {
		...{ env: environment, extendEnv: false, reject: false, timeout: LIMIT_MS },
	} as const;
	const words = ['-G', ...configFile(target), ...destination(target)];
	const settings = await execa('ssh', words, { ...common, stdin: 'ignore' });
	const setting = (name: string) =>
		new RegExp(`^${name} (.+)$`, 'm').exec(settings.stdout ?? '')?.[1] ?? '';
	const proxies = [setting('proxyjump'), setting('proxycommand')];
	const host = setting('hostname');
	if (host === '' || proxies.some((proxy) => proxy !== '' && proxy !== 'none')) return [];
	const scan = ['-T', '5', '-p', setting('port') || '22', '--', host];
	const scanned = await execa('ssh-keyscan', scan, { ...common, stdin: 'ignore' });
	const keys = (scanned.stdout ?? '').split('\n').filter((line) => !line.startsWith('#'));
	if (keys.join('').trim() === '') return [];
	const shown = await execa('ssh-keygen', ['-lf', '-'], { ...common, input: keys.join('\n') });
	return (shown.stdout ?? '')
		.split('\n')
		.map((line) => /^(\d+ \S+) .* (\(\S+\))$/.exec(line))
		.flatMap((found) => (found === null ? [] : [`${found[1]} ${found[2]}`]));
}
