import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { findBlindRetries, type RecordedRequest } from './recording-proxy.ts';
import { createScene, type TestScene } from './test-scene.ts';

/** The one real Vault of a test file. Each of its tests ends before the commit. */
export let scene: TestScene;

/**
 * Starts it before the tests of a file. Every test must leave only the old key valid, and starts as if
 * Vault had never been rekeyed.
 */
export function startSharedVault(real: boolean): void {
	if (!real) return;
	beforeAll(async () => {
		scene = await createScene({ kind: 'real' });
	});
	afterEach(async () => {
		expect(await scene.openedBy()).toBe('old');
		expect(findBlindRetries(scene.proxy.log)).toEqual([]);
		const { nonce, started: underWay } = await getRekeyStatus();
		if (underWay) await scene.vault.api('DELETE', 'sys/rekey/init', { nonce });
		scene.forget();
	});
	afterAll(() => scene.end());
}

export const getChangingRequests = () => scene.proxy.log.filter(({ changes }) => changes);
export const countRequests = (method: string, path: string) =>
	scene.proxy.log.filter((one) => one.method === method && one.path === path).length;
export const getRekeyStatus = async () =>
	(await scene.vault.api<{ started: boolean; nonce: string }>('GET', 'sys/rekey/init')).body;
export const isRekeyRecorded = () => scene.record()?.rekey !== undefined;
/** Stops the run, as with Ctrl-C, once this request has passed. */
export const stopAfterRequest = (which: (one: RecordedRequest) => boolean) => {
	scene.proxy.answered = (one) => {
		if (which(one)) scene.stop();
	};
};
/** Continues from the current stage to just before the commit. */
export const runUntilCommit = async () => {
	scene.proxy.rule = () => 'pass';
	scene.answer = (prompt) =>
		prompt.kind === 'agree' && prompt.title === 'Commit the rekey'
			? { kind: 'not-now' }
			: undefined;
	const { fault } = await scene.fails();
	expect(fault).toBe('cancelled');
	expect(scene.record()?.received).toEqual(['Ann', 'Ben', 'Cem']);
	expect(scene.record()?.committingAt).toBeUndefined();
};
