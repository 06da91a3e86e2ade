import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { startWizard } from './helpers/run-wizard.ts';
import { readValidAnswers } from './helpers/sample-answers.ts';

const folder = createTemporaryDirectory();

function fifo(name: string): string {
	const path = join(folder, name);
	execFileSync('mkfifo', [path]);
	return path;
}

describe('an AWS settings file that is a named pipe', () => {
	const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' };
	const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
	const nowhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

	async function preflight(environment: NodeJS.ProcessEnv) {
		const answers = join(folder, 'aws.yaml');
		writeFileSync(answers, readValidAnswers());
		const home = createTemporaryDirectory();
		const argv = ['preflight', '--answers', answers, '--home', home, '--output', 'json'];
		return startWizard(argv, { env: { ...env, ...nowhere, ...environment } });
	}

	it.each(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'])(
		'is refused with its variable, %s',
		async (variable) => {
			const path = fifo(variable);
			const run = await preflight({ [variable]: path });
			const { code, signal, out } = await run.result;
			expect({ code, signal }).toEqual({ code: 4, signal: null });
			expect(out).toContain(`${variable}=${path} is a named pipe, not a file`);
		},
	);

	// The SDK opens the token of an SSO profile only when needed, without a preceding check.
	it.each(['SIGINT', 'SIGTERM'] as const)(
		'does not keep a run with a blocked SDK from ending on %s',
		async (signal) => {
			const home = createTemporaryDirectory(folder);
			const url = 'https://sso.example.com/start';
			const cache = join(home, '.aws', 'sso', 'cache');
			mkdirSync(cache, { recursive: true });
			const lines = [
				'[default]',
				`sso_start_url = ${url}`,
				'sso_region = us-east-1',
				'sso_account_id = 123456789012',
				'sso_role_name = admin',
			];
			const config = join(home, '.aws', 'config');
			writeFileSync(config, lines.join('\n'));
			const token = join(cache, `${createHash('sha1').update(url).digest('hex')}.json`);
			execFileSync('mkfifo', [token]);
			const run = await preflight({ HOME: home, AWS_CONFIG_FILE: config, ...noKeys });
			await run.waitForEvent(
				({ type, what }) => type === 'waiting' && String(what).includes('AWS'),
			);
			run.child.kill(signal);
			expect(await run.result).toMatchObject({ code: 130, signal: null });
		},
	);
});
