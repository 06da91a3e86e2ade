import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { deleteDetachedResult, runDetached } from '../../source/instance/run-detached.ts';
import { type Executions, recordExecutions } from '../e2e/helpers/executions.ts';
import { filesBelow, findKey } from '../e2e/helpers/hunt.ts';
import { expectStartedClean } from '../e2e/helpers/started-clean.ts';
import { createLocalInstance } from './local-instance.ts';

// The remote side of ssh: the input of an instance's login shell is passed to a local shell, where
// every program that it starts can be recorded.

const key = createHash('sha256').update('a canary').digest();
const stdin = () => new SecretBytes(Buffer.from(`${key.toString('base64')}\n`));
let executions: Executions;
let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'started-'));
	executions = recordExecutions('programs started by a remote command');
});
afterEach(() => {
	executions.end();
	rmSync(home, { recursive: true, force: true });
});

const shellOf = (shell: string) =>
	createLocalInstance({ home, shell, before: executions.beforeWithErrors });

it.each(['sh', 'bash'])(
	'a key on standard input appears in no arguments and no environment (%s)',
	async (login) => {
		const instance = shellOf(login);
		const limits = { timeoutMs: 60_000 };
		const result = await instance.run(['cat'], { ...limits, stdin: stdin() });
		expect(result.stdout.toString()).toBe(`${key.toString('base64')}\n`);
		expectStartedClean(executions, { keys: [key] }, { passing: [/^base64 -d$/, /^cat$/] });
	},
);

it('a key of a detached command appears in no arguments, and its response is deleted on request', async () => {
	const instance = shellOf('sh');
	const limits = { timeoutMs: 60_000 };
	const given = Buffer.from(`${key.toString('base64')}\n`);
	const result = await runDetached(instance, ['cat'], { ...limits, name: 'a-run', stdin: given });
	expect(result.stdout.toString()).toBe(`${key.toString('base64')}\n`);
	const inHome = () => findKey(key, filesBelow(home));
	expect(inHome()).toContainEqual(expect.stringMatching(/a-run\/stdout \(plain\) of base64/));
	await deleteDetachedResult(instance, 'a-run', limits);
	expect(inHome()).toEqual([]);
	expectStartedClean(
		executions,
		{ keys: [key] },
		{ passing: [/^base64$/, /^base64 -d$/, /^setsid sh -c /] },
	);
});
