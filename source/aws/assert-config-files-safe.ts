import { type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { formatByteSize } from '../engine/input-file.ts';
import { limits } from '../engine/limits.ts';
import { describeFileType, readRegularFileText } from '../engine/regular-file.ts';

interface SettingsFile {
	/** "AWS_CONFIG_FILE=/a/b", or only the path if no variable sets it. */
	shown: string;
	path: string;
	mostBytes: number;
}

/**
 * Refuses AWS configuration and credentials files that the SDK could not read to the end. The SDK's
 * reads cannot be interrupted: a named pipe without a writer would block a thread, and the process,
 * forever. Files that are missing, unreadable, a directory or /dev/null are left to the SDK, which
 * treats them as empty.
 *
 * The names are from the AWS SDKs and Tools Reference Guide, "Location of the shared config and
 * credentials files" and "Assume role credential provider".
 *
 * @throws WizardError `preflight`
 */
export function assertConfigFilesSafeToRead(environment: NodeJS.ProcessEnv = process.env): void {
	const home = environment.HOME || homedir();
	const named = (variable: string, mostBytes: number, otherwise?: string): SettingsFile[] => {
		const path = environment[variable];
		if (path) return [{ shown: `${variable}=${path}`, path, mostBytes }];
		return otherwise === undefined ? [] : [{ shown: otherwise, path: otherwise, mostBytes }];
	};
	const shared = [
		...named('AWS_CONFIG_FILE', limits.configBytes, join(home, '.aws', 'config')),
		...named('AWS_SHARED_CREDENTIALS_FILE', limits.configBytes, join(home, '.aws', 'credentials')),
	];
	const tokens = [
		...named('AWS_WEB_IDENTITY_TOKEN_FILE', limits.secretBytes),
		...named('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', limits.secretBytes),
	];
	for (const file of tokens) check(file);
	for (const file of shared) {
		if (!check(file)) continue;
		for (const token of tokenFilesIn(file)) check(token);
	}
}

/** @returns whether it is a regular file. */
function check({ shown, path, mostBytes }: SettingsFile): boolean {
	let stat: Stats;
	try {
		stat = statSync(path);
	} catch {
		return false;
	}
	if (stat.isDirectory() || isNullDevice(stat)) return false;
	if (!stat.isFile()) throw refusal(`${shown} is ${describeFileType(stat)}, not a file`);
	if (stat.size > mostBytes) throw refusal(`${shown} is larger than ${formatByteSize(mostBytes)}`);
	return true;
}

function tokenFilesIn({ path, mostBytes }: SettingsFile): SettingsFile[] {
	let text: string;
	try {
		text = readRegularFileText(path, mostBytes) ?? '';
	} catch {
		return [];
	}
	return [...text.matchAll(/^\s*web_identity_token_file\s*=\s*(.+?)\s*$/gm)].map(
		([, token = '']) => ({
			shown: `web_identity_token_file = ${token} in ${path}`,
			path: token,
			mostBytes: limits.secretBytes,
		}),
	);
}

function isNullDevice(stat: Stats): boolean {
	return stat.isCharacterDevice() && stat.rdev === statSync('/dev/null').rdev;
}

function refusal(why: string): WizardError {
	return new WizardError('preflight', {
		message: `The AWS settings cannot be read: ${why}.`,
		expected: 'a regular file: the AWS SDK reads it more than once, and Terraform reads it again',
		next: ['Use a regular file, or unset the variable, then run the same command again.'],
	});
}
