import { join } from 'node:path';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { quoteRemoteWord as quote } from '../../instance/remote-command-framing.ts';
import {
	type InstanceLayout,
	type InstanceReadyFile,
	type InstanceSettings,
	sudoMappedDirectories,
} from './instance-layout.ts';

/**
 * Writes the commands of the instance: those of the AMI, and those of the system that must stay
 * within the root directory.
 *
 * @param program The command that starts this program again: node and its script.
 */
export function writeCommandScripts(
	layout: InstanceLayout,
	settings: InstanceSettings,
	ready: Pick<InstanceReadyFile, 'vaultPort' | 'statusPort'>,
	program: readonly string[],
): void {
	const helper = (...words: readonly string[]) =>
		`exec ${[...program, ...words].map(quote).join(' ')} "$@"`;
	const scripts: Record<string, string> = {
		sudo: sudo(layout.root),
		vault: vault(settings, ready.vaultPort),
		curl: curl(ready.vaultPort, ready.statusPort),
		journalctl: journalctl(layout.vaultLog),
		reboot: helper('ask', layout.folder, 'reboot'),
		systemctl: systemctl(program, layout.folder),
		'atlas-backup': helper('backup', layout.folder),
		'atlas-restore': helper('restore', layout.folder),
		'hashicorp-support': helper('support', layout.folder),
	};
	for (const [name, script] of Object.entries(scripts)) {
		const text = `#!/bin/sh\n# PRACTICE ONLY: emulates ${name} of the AMI.\n${script}\n`;
		replaceFileAtomically(join(layout.bin, name), text, 0o700);
	}
}

/**
 * A sudo that ignores sudo's options, maps the instance's directories to the root directory, and
 * runs the command.
 */
function sudo(root: string): string {
	const cases = sudoMappedDirectories.map((path) => `${path}|${path}/*`).join('|');
	return `root=${quote(root)}
while [ $# -gt 0 ]; do
	case $1 in
	-u|-g|-p|-C|-h|-r|-t|-T|-U) shift 2 || exit 1;;
	--) shift; break;;
	-v|-k|-K) exit 0;;
	-*) shift;;
	*) break;;
	esac
done
[ $# -gt 0 ] || { echo 'usage: sudo COMMAND' >&2; exit 1; }
first=yes
for word do
	[ "$first" = no ] || { set --; first=no; }
	# Resolve the commands of the AMI on PATH, wherever the AMI stores them.
	case $word in
	/usr/local/bin/atlas-*|/usr/local/bin/vault) [ $# -gt 0 ] || word=\${word##*/};;
	esac
	case $word in
	${cases}) word=$root$word;;
	esac
	set -- "$@" "$word"
done
exec env "$@"`;
}

function vault({ vault, vaultEnvironment }: InstanceSettings, port: number): string {
	const address = `http://127.0.0.1:${port}`;
	const environment = { ...vaultEnvironment, VAULT_ADDR: address };
	const set = Object.entries(environment).map(([name, value]) => `${name}=${quote(value)}`);
	return `first=yes
for word do
	[ "$first" = no ] || { set --; first=no; }
	case $word in
	-address=*|--address=*) word=-address=${address};;
	esac
	set -- "$@" "$word"
done
export ${set.join(' ')}
exec ${vault.command.map(quote).join(' ')} "$@"`;
}

/** The system's curl, with the two ports of the instance mapped to the actual ports. */
function curl(vaultPort: number, statusPort: number): string {
	const led = ['127.0.0.1', 'localhost'].flatMap((host) => [
		`--connect-to ${host}:80:127.0.0.1:${statusPort}`,
		`--connect-to ${host}:8200:127.0.0.1:${vaultPort}`,
	]);
	return `PATH=/usr/local/bin:/usr/bin:/bin exec curl ${led.join(' ')} "$@"`;
}

function systemctl(program: readonly string[], folder: string): string {
	const ask = [...program, 'ask', folder].map(quote).join(' ');
	return `case "$1 $2" in
'restart vault'|'stop vault'|'start vault'|'is-active vault') exec ${ask} "$1-vault";;
esac
echo "systemctl: the practice instance supports only restart, stop, start and is-active of vault" >&2
exit 1`;
}

function journalctl(log: string): string {
	return `lines=1000
while [ $# -gt 0 ]; do
	case $1 in
	-n) lines=$2; shift;;
	-n*) lines=\${1#-n};;
	-u) unit=$2; shift;;
	esac
	shift
done
[ "\${unit:-vault}" = vault ] || { echo '-- No entries --'; exit 0; }
exec tail -n "$lines" ${quote(log)}`;
}
