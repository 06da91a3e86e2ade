import { expect } from 'vitest';
import type { ExecutionRecorder } from './execution-recorder.ts';
import { findKey, findSecret } from './find-secrets.ts';

/** What a rekey is known to have on the machine for a moment. */
const passing = [
	/\/sh -c exec sh -c /,
	/sudo -n cat -- \/data\/vault-unseal-key$/,
	/sudo .*atlas-backup/,
	/^stat -c .*vault-unseal-key/,
];
/** And what it has for longer, here and there. */
const lasting = [/^ssh .* -l tfe-admin /, / server -config=/];

/**
 * No program was started with a key or a share among its words or variables; with the token only
 * those with one of `given` in their command line, which it was meant for.
 *
 * @param expected What must be among the command lines, or nothing is proven; looks at the process
 * list, where nothing may be traced, are only held to what lasts.
 */
export function expectNoSecretArguments(
	executions: ExecutionRecorder,
	secrets: { keys: readonly Buffer[]; token?: string; given?: readonly string[] },
	expected: { passing?: readonly RegExp[]; lasting?: readonly RegExp[] } = { passing, lasting },
): void {
	const started = executions.listExecutions();
	const lines = started.map(({ commandLine }) => commandLine);
	const long = expected.lasting ?? [];
	const wanted = executions.exact ? [...long, ...(expected.passing ?? [])] : long;
	const missing = wanted.filter((one) => !lines.some((line) => one.test(line)));
	expect(missing).toEqual([]);
	const hay = executions.listSearchTargets();
	for (const key of secrets.keys) expect(findKey(key, hay)).toEqual([]);
	const { token = '', given = [] } = secrets;
	if (token === '') return;
	const words = hay.filter(({ where }) => where !== 'the environments');
	expect(findSecret(token, words)).toEqual([]);
	const holders = started
		.filter(({ environment }) => environment.some((one) => one.includes(token)))
		.map(({ commandLine }) => commandLine);
	const isGiven = (line: string) => given.some((one) => line.includes(one));
	if (given.length > 0) expect(holders.some(isGiven)).toBe(executions.exact);
	const others = holders.filter((line) => !isGiven(line)).map((line) => line.slice(0, 80));
	expect([...new Set(others)]).toEqual([]);
}
