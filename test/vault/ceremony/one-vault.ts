import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { blindRetries, type Passed } from './proxy.ts';
import { type Scene, scene } from './scene.ts';

/** The one real Vault of a test file. Each of its tests ends before the commit. */
export let at: Scene;

/**
 * Starts it before the tests of a file. Every test must leave only the old key valid, and starts as if
 * Vault had never been rekeyed.
 */
export function onOneVault(real: boolean): void {
	if (!real) return;
	beforeAll(async () => {
		at = await scene({ kind: 'real' });
	});
	afterEach(async () => {
		expect(await at.openedBy()).toBe('old');
		expect(blindRetries(at.proxy.log)).toEqual([]);
		const { nonce, started: underWay } = await started();
		if (underWay) await at.vault.api('DELETE', 'sys/rekey/init', { nonce });
		at.forget();
	});
	afterAll(() => at.end());
}

export const changing = () => at.proxy.log.filter(({ changes }) => changes);
export const sent = (method: string, path: string) =>
	at.proxy.log.filter((one) => one.method === method && one.path === path).length;
export const started = async () =>
	(await at.vault.api<{ started: boolean; nonce: string }>('GET', 'sys/rekey/init')).body;
export const isRekey = () => at.record()?.rekey !== undefined;
/** Stops the run, as with Ctrl-C, once this request has passed. */
export const stopAt = (which: (one: Passed) => boolean) => {
	at.proxy.answered = (one) => {
		if (which(one)) at.stop();
	};
};
/** Continues from the current stage to just before the commit. */
export const upToTheCommit = async () => {
	at.proxy.rule = () => 'pass';
	at.answer = (moment) =>
		moment.kind === 'agree' && moment.title === 'Commit the rekey'
			? { kind: 'not-now' }
			: undefined;
	const { fault } = await at.fails();
	expect(fault).toBe('cancelled');
	expect(at.record()?.received).toEqual(['Ann', 'Ben', 'Cem']);
	expect(at.record()?.committingAt).toBeUndefined();
};
