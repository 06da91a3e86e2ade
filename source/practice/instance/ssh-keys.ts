import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { WizardError } from '../../engine/errors.ts';
import { quoteOptionPath } from '../../instance/ssh-arguments.ts';
import { type InstanceLayout, PRACTICE_USER } from './instance-layout.ts';

export interface InstanceSshKeys {
	hostKey: Buffer;
	/** The public key in OpenSSH's text format. */
	clientKey: Buffer;
}

/** The name of the host key in known_hosts, for any host name. */
const HOST_ALIAS = 'tfe-practice-instance';

/** Reads the keys of the instance; generates them once, so that it stays the same host. */
export async function ensureSshKeys(layout: InstanceLayout): Promise<InstanceSshKeys> {
	for (const path of [layout.hostKey, layout.clientKey]) {
		if (existsSync(`${path}.pub`)) continue;
		const pair = generateKeyPair();
		replaceFileAtomically(path, pair.private);
		replaceFileAtomically(`${path}.pub`, `${pair.public}\n`);
	}
	return {
		hostKey: await readFile(layout.hostKey),
		clientKey: await readFile(`${layout.clientKey}.pub`),
	};
}

const TRIES = 20;

/**
 * Generates a key pair that can be parsed. About one of 200 key pairs from ssh2 1.17 cannot be
 * parsed by ssh2 or OpenSSH (measured: 14 of 3,000).
 */
export function generateKeyPair(make = makePair): { private: string; public: string } {
	for (let attempt = 1; attempt <= TRIES; attempt += 1) {
		const pair = make();
		const read = [pair.private, pair.public].map((text) => ssh2.utils.parseKey(text));
		if (!read.some((key) => key instanceof Error)) return pair;
	}
	throw new WizardError('internal', {
		message: 'Could not generate an SSH key for the practice instance.',
	});
}

const makePair = () => ssh2.utils.generateKeyPairSync('ed25519', { comment: 'practice' });

/**
 * Writes the configuration with which `ssh -F ssh_config ANYTHING` connects only to this instance.
 */
export async function writeSshConfig(layout: InstanceLayout, port: number): Promise<void> {
	const [type, key] = (await readFile(`${layout.hostKey}.pub`, 'utf8')).split(' ');
	replaceFileAtomically(layout.knownHosts, `${HOST_ALIAS} ${type} ${key?.trim()}\n`);
	replaceFileAtomically(
		layout.sshConfig,
		[
			'# PRACTICE ONLY: sends every host name to the practice instance.',
			'Host *',
			'  HostName 127.0.0.1',
			`  Port ${port}`,
			`  User ${PRACTICE_USER}`,
			`  IdentityFile ${quoteOptionPath(layout.clientKey)}`,
			'  IdentitiesOnly yes',
			'  IdentityAgent none',
			'  PreferredAuthentications publickey',
			`  HostKeyAlias ${HOST_ALIAS}`,
			`  UserKnownHostsFile ${quoteOptionPath(layout.knownHosts)}`,
			'  GlobalKnownHostsFile /dev/null',
			'  UpdateHostKeys no',
			'',
		].join('\n'),
	);
}
