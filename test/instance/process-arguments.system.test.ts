import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { deleteDetachedResult, runDetachedAndWait } from '../../source/instance/run-detached.ts';
import { type ExecutionRecorder, recordExecutions } from '../e2e/helpers/execution-recorder.ts';
import { expectNoSecretArguments } from '../e2e/helpers/expect-no-secret-arguments.ts';
import { findKey, readFilesBelow } from '../e2e/helpers/find-secrets.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';
import { createLocalInstance } from './local-instance.ts';

// The remote side of ssh: the input of an instance's login shell is passed to a local shell, where
// every program that it starts can be recorded.

const key = createHash('sha256').update('a canary').digest();
const stdin = () => new SecretBytes(Buffer.from(`${key.toString('base64')}\n`));
let executions: ExecutionRecorder;
const home = createDirectoryForEachTest();
beforeEach(() => {
	executions = recordExecutions('programs started by a remote command');
});
afterEach(() => {
	executions.stop();
});

const shellOf = (shell: string) =>
	createLocalInstance({ home, shell, before: executions.getPrefixKeepingStderr });

it.each(['sh', 'bash'])(
	'a key on standard input appears in no arguments and no environment (%s)',
	async (login) => {
		const instance = shellOf(login);
		const limits = { timeoutMs: 60_000 };
		const result = await instance.run(['cat'], { ...limits, stdin: stdin() });
		expect(result.stdout.toString()).toBe(`${key.toString('base64')}\n`);
		expectNoSecretArguments(executions, { keys: [key] }, { passing: [/^base64 -d$/, /^cat$/] });
	},
);

it('a key of a detached command appears in no arguments, and its response is deleted on request', async () => {
	const instance = shellOf('sh');
	const limits = { timeoutMs: 60_000 };
	const given = Buffer.from(`${key.toString('base64')}\n`);
	const result = await runDetachedAndWait(instance, ['cat'], {
		...limits,
		name: 'a-run',
		stdin: given,
	});
	expect(result.stdout.toString()).toBe(`${key.toString('base64')}\n`);
	const inHome = () => findKey(key, readFilesBelow(home));
	expect(inHome()).toContainEqual(expect.stringMatching(/a-run\/stdout \(plain\) of base64/));
	await deleteDetachedResult(instance, 'a-run', limits);
	expect(inHome()).toEqual([]);
	expectNoSecretArguments(
		executions,
		{ keys: [key] },
		{ passing: [/^base64$/, /^base64 -d$/, /^setsid sh -c /] },
	);
});
