import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { assertConfigFilesSafeToRead } from '../../source/aws/assert-config-files-safe.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const folder = createTemporaryDirectory();
let pipe: string;
beforeAll(() => {
	pipe = join(folder, 'pipe');
	execFileSync('mkfifo', [pipe]);
	mkdirSync(join(folder, '.aws'));
});

it.each(['config', 'credentials'])('refuses a named pipe as ~/.aws/%s', (name) => {
	const path = join(folder, '.aws', name);
	execFileSync('mkfifo', [path]);
	expect(() => assertConfigFilesSafeToRead({ HOME: folder })).toThrow(`${path} is a named pipe`);
	rmSync(path);
});

it('refuses a named pipe as the web identity token file of a profile', () => {
	const config = join(folder, 'with-token');
	writeFileSync(config, `[default]\nweb_identity_token_file = ${pipe}\n`);
	expect(() => assertConfigFilesSafeToRead({ HOME: folder, AWS_CONFIG_FILE: config })).toThrow(
		`web_identity_token_file = ${pipe} in ${config} is a named pipe`,
	);
});

it('refuses an endless device and a file that is too large', () => {
	const large = join(folder, 'large');
	writeFileSync(large, '');
	truncateSync(large, 17 * 1024 * 1024);
	for (const [path, words] of [
		['/dev/zero', 'is a device'],
		[large, 'is larger than 16 MiB'],
	] as const)
		expect(() => assertConfigFilesSafeToRead({ HOME: folder, AWS_CONFIG_FILE: path })).toThrow(
			words,
		);
});

it.each(['/dev/null', '/nonexistent', '/tmp', ''])('leaves %j to the SDK', (path) => {
	const environment = { HOME: folder, AWS_CONFIG_FILE: path, AWS_SHARED_CREDENTIALS_FILE: path };
	expect(() => assertConfigFilesSafeToRead(environment)).not.toThrow();
});
