import { afterEach, describe, expect, it } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import { unsealVault } from '../../helpers/test-vault.ts';
import { describeStage } from './file-ports.ts';
import { findBlindRetries, type RecordedRequest } from './recording-proxy.ts';
import { createScene, type TestScene } from './test-scene.ts';

let at: TestScene;

/** A point of the ceremony: where it stands, and what is asked there. */
const pointOf = (one: RecordedRequest) =>
	`${describeStage(at.record())}: ${one.method} ${one.path}`;

/** A request of the rekey itself, and not of the dry run before it. */
const isOfRekey = ({ path, method }: RecordedRequest) =>
	at.record()?.rekey !== undefined && method === 'PUT' && /rekey\/(init|update|verify)$/.test(path);

/** Runs the ceremony until it ends well; each failure must be one the operator is told of. */
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

/** Vault was not even there to be looked at when the run began. */
const isUnreachable = (thrown: unknown) => thrown instanceof Error && thrown.name === 'VaultError';

const isFullDisk = (thrown: unknown) => thrown instanceof Error && 'code' in thrown;

async function endedWell(): Promise<void> {
	const record = at.record();
	expect(record?.proven).toEqual(['Ann', 'Ben', 'Cem']);
	expect(record?.doneAt).toBeDefined();
	expect(await at.whoOpens(`${at.folder}/${record?.backupAfter?.key}`)).toBe('new');
	expect(await at.whoOpens(`${at.folder}/${record?.backupBefore?.key}`)).toBe('old');
	expect(await at.openedBy()).toBe('new');
	expect(findBlindRetries(at.proxy.log)).toEqual([]);
}

const vaults = (real: boolean) =>
	[
		['real Vault', { kind: 'real' as const }, real],
		['the stand-in as 0.8', { kind: 'stand-in' as const, like: '0.8.2' as const }, true],
	] as const;

/** Each request at each point of the ceremony is lost, and each write fails: the whole series. */
export function describeEveryLoss(real: boolean): void {
	describe.each(vaults(real))('some key always unseals %s when', (_vault, kind, there) => {
		afterEach(() => at?.end());

		it.runIf(there).each([
			['the answer to every request that changes something is lost', 'cut', true],
			['every request that changes something is lost', 'drop', true],
			['the answer to every look is lost', 'cut', false],
		] as const)('%s', async (_title, fate, changing) => {
			at = await createScene(kind);
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

		it.runIf(there)(
			'the answer to every request that changes something comes when nobody waits for it any more',
			async () => {
				const timeoutMs = 2500;
				at = await createScene({ ...kind, timeoutMs });
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
			},
		);

		it.runIf(there)(
			'Vault is killed at every request that changes something, before and after it',
			async () => {
				at = await createScene(kind);
				const met = new Set<string>();
				const opened: string[] = [];
				const killedAt = async (when: string, one: RecordedRequest) => {
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
					// With the new shares the ceremony opens it itself.
					if (who === 'old') expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
				});
				expect(opened).not.toContain('nothing');
				expect(opened).toContain('old');
				expect(opened).toContain('new');
				expect(met.size).toBeGreaterThan(12);
				await endedWell();
			},
		);

		it.runIf(there)('each write to a disk fails once, in turn (a fake fault)', async () => {
			at = await createScene(kind);
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
}

/** The same for a few points: each kind of request and of write once, wherever it comes first. */
export function describeSomeLosses(real: boolean): void {
	describe.each(vaults(real))('some key always unseals %s when', (_vault, kind, there) => {
		afterEach(() => at?.end());

		it.runIf(there).each([
			['cut', 'the first answer to each request of the rekey is lost'],
			['drop', 'the first request of each kind of the rekey is lost'],
		] as const)('%s: %s', async (fate, _title) => {
			at = await createScene(kind);
			const met = new Set<string>();
			const opened: string[] = [];
			at.proxy.rule = (one) => {
				if (!isOfRekey(one) || met.has(one.path)) return 'pass';
				met.add(one.path);
				return fate;
			};
			await toTheEnd(async () => {
				opened.push(await at.openedBy());
			});
			expect(opened).not.toContain('nothing');
			expect([...met]).toEqual(expect.arrayContaining(['sys/rekey/init', 'sys/rekey/update']));
			await endedWell();
		});

		it.runIf(there)('Vault is killed before and after the request that commits', async () => {
			at = await createScene(kind);
			const met = new Set<string>();
			const opened: string[] = [];
			const killedAt = async (when: string, one: RecordedRequest) => {
				const commits = isOfRekey(one) && `PUT ${one.path}` === commit(kind);
				if (!commits || met.has(when)) return false;
				met.add(when);
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
				// With the new shares the ceremony opens it itself.
				if (who === 'old') expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
			});
			expect(opened).not.toContain('nothing');
			expect(met.size).toBe(2);
			await endedWell();
		});

		it.runIf(there)('each kind of write to a disk fails once (a fake fault)', async () => {
			at = await createScene(kind);
			const met = new Set<string>();
			const opened: string[] = [];
			at.hook = (when, what) => {
				if (when !== 'before' || what === 'read-key' || met.has(what)) return;
				met.add(what);
				throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
			};
			await toTheEnd(async () => {
				opened.push(await at.openedBy());
			});
			expect(opened).not.toContain('nothing');
			expect([...met]).toEqual(expect.arrayContaining(['record', 'keep', 'back-up', 'remove']));
			await endedWell();
		});
	});
}

const commit = ({ kind }: { kind: string }) =>
	kind === 'real' ? 'PUT sys/rekey/verify' : 'PUT sys/rekey/update';
