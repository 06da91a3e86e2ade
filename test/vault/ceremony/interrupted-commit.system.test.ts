import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRestartBlockReason } from '../../../source/vault/ceremony/ceremony-record.ts';
import { requireRealVault } from '../../helpers/test-vault.ts';
import { copyStorage, getKeyFilePath } from './file-ports.ts';
import { createSecretReply } from './secret-reply.ts';
import { decryptEscrow } from './test-custodians.ts';
import { createScene, restoreStorage, type TestScene } from './test-scene.ts';

const real = await requireRealVault('commits interrupted between two writes');

const isProof = ({ method, path }: { method: string; path: string }) =>
	method === 'PUT' && path === 'sys/rekey/verify';

/** The writes with which Vault 1.14 commits new shares: `performBarrierRekey` in vault/rekey.go. */
const ORDER = [
	'core/hsm/_barrier-unseal-keys',
	'core/_keyring',
	'core/_master',
	'core/_shamir-kek',
	'core/_seal-config',
	'core/_canary-keyring',
];

/** Names in a ceremony's directory that are not copies of its storage. */
const KEPT = ['here', 'there', 'ceremony.json', 'vault-unseal-key'];

// Vault's writes of one real commit, in order; each prefix of them is a disk under an instance that
// died there.
describe.runIf(real)(
	'an instance that dies between two writes of a commit, with a real Vault',
	() => {
		let at: TestScene;
		let writes: { name: string; at: bigint }[];
		const [before, after, kept] = ['storage-before', 'storage-after', 'kept'];
		const path = (name: string) => join(at.folder, name);

		beforeAll(async () => {
			at = await createScene({ kind: 'real' });
			let proofs = 0;
			at.proxy.rule = (one) => {
				if (isProof(one)) proofs += 1;
				if (!isProof(one) || proofs !== 2) return 'pass';
				copyStorage(at.vault.folder, path(before));
				for (const name of KEPT) cpSync(path(name), join(path(kept), name), { recursive: true });
				at.stop();
				return 'pass';
			};
			await at.fails();
			at.proxy.rule = () => 'pass';
			copyStorage(at.vault.folder, path(after));
			writes = changesBetween(path(before), path(after), at.vault.folder);
		});
		afterAll(() => at?.end());

		/** The instance as it was when the last share was sent, with this many writes on its disk. */
		async function diedAfter(count: number): Promise<void> {
			const image = path('image');
			rmSync(image, { recursive: true, force: true });
			cpSync(path(before), image, { recursive: true });
			for (const { name } of writes.slice(0, count))
				cpSync(join(path(after), name), join(image, name));
			for (const name of KEPT) rmSync(path(name), { recursive: true, force: true });
			for (const name of KEPT) cpSync(join(path(kept), name), path(name), { recursive: true });
			await restoreStorage(at, image);
			expect(at.record()?.committingAt).toBeDefined();
			expect(at.record()?.committedAt).toBeUndefined();
			at.answer = (moment) =>
				moment.kind === 'agree' && /overview|Commit the rekey/.test(moment.title)
					? { kind: 'not-now' }
					: undefined;
			at.asked.length = 0;
		}

		const openedByFile = async () =>
			at.opens(at.vault.folder, [readFileSync(getKeyFilePath(at.folder), 'utf8').trim()]);

		it('sees the writes that the ceremony expects', () => {
			expect(writes.map(({ name }) => name)).toEqual(ORDER);
			// With the resolution of the file system's clock.
			const times = writes.map(({ at: time }) => time);
			expect(times).toEqual(times.toSorted((a, b) => Number(a - b)));
		});

		it('row 9: before write 1, unseals Vault with the old key and resets the record', async () => {
			await diedAfter(0);
			expect((await at.fails()).fault).toBe('cancelled');
			expect(at.news).toContainEqual({
				kind: 'made',
				what: `Vault unsealed with ${getKeyFilePath(at.folder)}`,
			});
			expect(at.record()?.committingAt).toBeUndefined();
			expect(await openedByFile()).toBe(true);
		});

		it('row 19: after write 1, reports that no key unseals Vault and names the backup for the old key', async () => {
			await diedAfter(1);
			const { fault, text } = await at.fails();
			expect(fault).toBe('refused');
			expect(text).toContain('Neither the old unseal key nor the new key shares unseal it');
			expect(text).toContain(at.record()?.backupBefore?.key);
			expect(text).toContain(at.record()?.escrow?.name);
			expect(findRestartBlockReason(at.record())).toContain('may already be committed');
			expect(await at.whoOpens(path(at.record()?.backupBefore?.key ?? ''))).toBe('old');
		});

		it.each([2, 3, 4])(
			'row 19: after write %i, unseals Vault with the combined new shares and restores a single key',
			async (count) => {
				await diedAfter(count);
				expect(await openedByFile()).toBe(false);
				const { fault, text } = await at.fails();
				expect(fault).toBe('refused');
				expect(text).toContain('a single unseal key was restored');
				expect(await openedByFile()).toBe(true);
				expect(findRestartBlockReason(at.record())).toBeUndefined();
				// The key that unseals the first backup stays known.
				const [former] = at.record()?.former ?? [];
				const [ann] = at.custodians;
				if (ann === undefined || former === undefined)
					throw new Error('no custodian or no earlier key');
				const old = await decryptEscrow(ann, readFileSync(path(join('there', former.name))));
				expect(Buffer.from(old, 'hex').toString('base64')).toBe(at.oldKey);
				if (count !== 3) return;
				// From there the ceremony runs to completion.
				at.answer = undefined;
				const record = await at.run();
				expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
				expect(await at.openedBy()).toBe('new');
				expect(await at.whoOpens(path(record.backupBefore?.key ?? ''))).toBe('old');
				expect(existsSync(getKeyFilePath(at.folder))).toBe(false);
			},
		);

		it('row 19: restores a single key only after approval', async () => {
			await diedAfter(2);
			at.answer = (moment) => (moment.kind === 'agree' ? { kind: 'not-now' } : undefined);
			const old = readFileSync(getKeyFilePath(at.folder));
			expect((await at.fails()).fault).toBe('cancelled');
			expect(readFileSync(getKeyFilePath(at.folder))).toEqual(old);
			expect(findRestartBlockReason(at.record())).toContain('may already be committed');
		});

		it.each([5, 6])('row 18: after write %i, recognises the committed shares', async (count) => {
			await diedAfter(count);
			at.answer = undefined;
			const record = await at.run();
			expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
			expect(await at.openedBy()).toBe('new');
		});
	},
);

/** Vault's files that differ, and when they were written. */
function changesBetween(before: string, after: string, living: string) {
	return readdirSync(after, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(after, join(entry.parentPath, entry.name)))
		.filter((name) => name.startsWith('core/'))
		.filter((name) => {
			const old = join(before, name);
			return !existsSync(old) || !readFileSync(old).equals(readFileSync(join(after, name)));
		})
		.map((name) => ({ name, at: statSync(join(living, name), { bigint: true }).mtimeNs }))
		.sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
}

describe.runIf(real)('a disk that fails one write of a commit, with a real Vault', () => {
	/** A directory in place of a file, which therefore cannot be written. */
	function blocked(at: TestScene, name: string) {
		const file = join(at.vault.folder, 'core', name);
		const away = `${file}.away`;
		return {
			block() {
				if (existsSync(away)) return;
				if (existsSync(file)) renameSync(file, away);
				else mkdirSync(away);
				mkdirSync(file);
			},
			free() {
				rmSync(file, { recursive: true });
				if (statSync(away).isDirectory()) rmSync(away, { recursive: true });
				else renameSync(away, file);
			},
		};
	}

	it.each(['_master', '_shamir-kek'])(
		'row 19: reports that %s was not written, and commits with the same shares once there is space, whatever the answers say',
		async (name) => {
			const at = await createScene({ kind: 'real' });
			try {
				const disk = blocked(at, name);
				at.proxy.rule = (one) => {
					if (isProof(one)) disk.block();
					return 'pass';
				};
				expect((await at.fails()).text).toContain('Do not restart or seal it');
				expect(findRestartBlockReason(at.record())).toContain('may already be committed');
				at.proxy.rule = () => 'pass';
				// A custodian mistypes three times, and the answers name two custodians now.
				const [ann, ben] = at.custodians;
				if (ann === undefined || ben === undefined) throw new Error('no custodian');
				at.answer = (moment) => {
					if (moment.kind === 'decide') return { kind: 'chosen', value: 'stop' };
					if (moment.kind !== 'give-share') return undefined;
					return createSecretReply('a slip');
				};
				expect((await at.fails({ custodians: [ann, ben] })).text).toContain(
					'or discard the new key shares',
				);
				expect(findRestartBlockReason(at.record())).toContain('may already be committed');
				const { body } = await at.vault.api<{ started: boolean }>('GET', 'sys/rekey/init');
				expect(body.started).toBe(true);
				disk.free();
				at.answer = undefined;
				const record = await at.run({ custodians: [ann, ben] });
				expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
				expect(await at.openedBy()).toBe('new');
			} finally {
				await at.end();
			}
		},
	);

	it('row 19: restores a single key when the number of shares was not written and Vault accepts no verification', async () => {
		const at = await createScene({ kind: 'real' });
		try {
			const disk = blocked(at, '_seal-config');
			at.proxy.rule = (one) => {
				if (isProof(one)) disk.block();
				return 'pass';
			};
			const { text } = await at.fails();
			expect(text).toContain('a single unseal key was restored');
			disk.free();
			at.proxy.rule = () => 'pass';
			const key = readFileSync(getKeyFilePath(at.folder), 'utf8').trim();
			expect(await at.opens(at.vault.folder, [key])).toBe(true);
			expect(await at.opens(at.vault.folder, [at.oldKey])).toBe(false);
			const record = await at.run();
			expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
			expect(await at.openedBy()).toBe('new');
		} finally {
			await at.end();
		}
	});

	it('row 18: recognises the commit when only the last write failed, and cancels the leftover rekey', async () => {
		const at = await createScene({ kind: 'real' });
		try {
			const disk = blocked(at, '_canary-keyring');
			at.proxy.rule = (one) => {
				if (isProof(one)) disk.block();
				return 'pass';
			};
			const record = await at.run();
			expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
			expect(await at.openedBy()).toBe('new');
		} finally {
			await at.end();
		}
	});
});
