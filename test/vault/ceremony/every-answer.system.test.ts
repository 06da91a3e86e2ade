import { afterEach, describe, expect, it } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import { requireReal, unsealVault } from '../../helpers/vaults.ts';
import { latest } from './ground.ts';
import { blindRetries, type Passed } from './proxy.ts';
import { type Scene, scene } from './scene.ts';

const real = await requireReal('lost responses and killed Vaults during a rekey');
let at: Scene;
afterEach(() => at?.end());

/** A point of the ceremony: its stage, and the request made there. */
const pointOf = (one: Passed) => `${latest(at.record())}: ${one.method} ${one.path}`;

/** Runs the ceremony until it completes; every failure must be one that is reported to the operator. */
async function toTheEnd(between: () => Promise<void> = async () => undefined): Promise<string[]> {
	const failures: string[] = [];
	for (let run = 1; run <= 120; run += 1) {
		try {
			await at.run();
			return failures;
		} catch (thrown) {
			if (!(thrown instanceof WizardError) && !isUnreachable(thrown) && !isFullDisk(thrown))
				throw thrown;
			failures.push(thrown instanceof Error ? thrown.message : '');
			await between();
		}
	}
	throw new Error(`no end in sight: ${failures.slice(-3).join(' / ')}`);
}

/** Vault was unreachable when the run started. */
const isUnreachable = (thrown: unknown) => thrown instanceof Error && thrown.name === 'VaultError';

const isFullDisk = (thrown: unknown) => thrown instanceof Error && 'code' in thrown;

async function endedWell(): Promise<void> {
	const record = at.record();
	expect(record?.proven).toEqual(['Ann', 'Ben', 'Cem']);
	expect(record?.doneAt).toBeDefined();
	expect(await at.whoOpens(`${at.folder}/${record?.backupAfter?.key}`)).toBe('new');
	expect(await at.whoOpens(`${at.folder}/${record?.backupBefore?.key}`)).toBe('old');
	expect(await at.openedBy()).toBe('new');
	expect(blindRetries(at.proxy.log)).toEqual([]);
}

describe.each([
	['real Vault', { kind: 'real' as const }, real],
	['emulated Vault 0.8', { kind: 'stand-in' as const, like: '0.8.2' as const }, true],
])('on %s, some known key always unseals Vault', (_vault, kind, there) => {
	it.runIf(there).each([
		['the response to every changing request is lost', 'cut', true],
		['every changing request is lost', 'drop', true],
		['the response to every query is lost', 'cut', false],
	] as const)('when %s', async (_title, fate, changing) => {
		at = await scene(kind);
		const met = new Set<string>();
		const opened: string[] = [];
		at.proxy.rule = (one) => {
			const point = pointOf(one);
			if (one.changes !== changing || met.has(point)) return 'pass';
			met.add(point);
			return fate;
		};
		at.proxy.answered = async (one) => {
			if (one.changes && /(update|verify)$/.test(one.path)) opened.push(await at.openedBy());
		};
		await toTheEnd(async () => {
			opened.push(await at.openedBy());
		});
		expect(opened).not.toContain('nothing');
		expect(opened).toContain('old');
		expect(met.size).toBeGreaterThan(changing ? 6 : 15);
		if (changing)
			for (const asked of ['PUT sys/rekey/init', 'PUT sys/rekey/update', commit(kind)])
				expect([...met].filter((point) => point.endsWith(asked)).length).toBeGreaterThan(1);
		await endedWell();
	});

	it.runIf(there)('when the response to every changing request comes too late', async () => {
		const timeoutMs = 2500;
		at = await scene({ ...kind, timeoutMs });
		const met = new Set<string>();
		const opened: string[] = [];
		at.proxy.answered = async (one, givenUp) => {
			if (!one.changes || met.has(pointOf(one))) return;
			met.add(pointOf(one));
			await givenUp;
		};
		await toTheEnd(async () => {
			opened.push(await at.openedBy());
		});
		expect(opened).not.toContain('nothing');
		expect(met.size).toBeGreaterThan(6);
		await endedWell();
	});

	it.runIf(there)('when Vault is killed before and after every changing request', async () => {
		at = await scene(kind);
		const met = new Set<string>();
		const opened: string[] = [];
		const killedAt = async (when: string, one: Passed) => {
			const point = `${when} ${pointOf(one)}`;
			if (!one.changes || met.has(point)) return false;
			met.add(point);
			await at.vault.kill9();
			return true;
		};
		at.proxy.rule = async (one) => ((await killedAt('before', one)) ? 'drop' : 'pass');
		at.proxy.answered = async (one) => {
			await killedAt('after', one);
		};
		await toTheEnd(async () => {
			const who = await at.openedBy();
			opened.push(who);
			await at.vault.restart();
			// The ceremony itself unseals it with the new shares.
			if (who === 'old') expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
		});
		expect(opened).not.toContain('nothing');
		expect(opened).toContain('old');
		expect(opened).toContain('new');
		expect(met.size).toBeGreaterThan(12);
		await endedWell();
	});

	it.runIf(there)('when each write to a disk fails once, in turn (simulated fault)', async () => {
		at = await scene(kind);
		const met = new Set<string>();
		const opened: string[] = [];
		at.hook = (when, what, name) => {
			const point = `${what} ${name}`;
			if (when !== 'before' || what === 'read-key' || met.has(point)) return;
			met.add(point);
			throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
		};
		await toTheEnd(async () => {
			opened.push(await at.openedBy());
		});
		expect(opened).not.toContain('nothing');
		expect([...met].filter((point) => point.startsWith('record')).length).toBeGreaterThan(12);
		await endedWell();
	});
});

const commit = ({ kind }: { kind: string }) =>
	kind === 'real' ? 'PUT sys/rekey/verify' : 'PUT sys/rekey/update';
