import { expect } from 'vitest';
import type { Executions } from './executions.ts';
import { findKey, findSecret } from './hunt.ts';

/** What a rekey is known to start: here, on the machine, and for a moment there. */
const known = [
	/^ssh .*tfe\.practice\.example/,
	/ server -config=/,
	/\/sh -c exec sh -c /,
	/sudo -n cat -- \/data\/vault-unseal-key$/,
	/sudo .*atlas-backup/,
	/^stat -c .*vault-unseal-key/,
];

/**
 * No program was started with a key or a share among its words or variables; with the token only
 * those with one of `given` in their command line, which it was meant for.
 */
export function expectStartedClean(
	executions: Executions,
	secrets: { keys: readonly Buffer[]; token?: string; given?: readonly string[] },
	expected: readonly RegExp[] = known,
): void {
	const started = executions.started();
	const lines = started.map(({ line }) => line);
	// It would find them: looks at the process list miss some of these.
	const wanted = executions.exact ? expected : expected.slice(0, 2);
	const missing = wanted.filter((one) => !lines.some((line) => one.test(line)));
	expect(missing).toEqual([]);
	const hay = executions.haystacks();
	for (const key of secrets.keys) expect(findKey(key, hay)).toEqual([]);
	const { token = '', given = [] } = secrets;
	if (token === '') return;
	const words = hay.filter(({ where }) => where !== 'the environments');
	expect(findSecret(token, words)).toEqual([]);
	const holders = started
		.filter(({ environment }) => environment.some((one) => one.includes(token)))
		.map(({ line }) => line);
	const isGiven = (line: string) => given.some((one) => line.includes(one));
	if (given.length > 0) expect(holders.some(isGiven)).toBe(executions.exact);
	const others = holders.filter((line) => !isGiven(line)).map((line) => line.slice(0, 80));
	expect([...new Set(others)]).toEqual([]);
}
