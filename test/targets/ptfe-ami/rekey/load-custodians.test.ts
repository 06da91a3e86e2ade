import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCustodians } from '../../../../source/targets/ptfe-ami/rekey/load-custodians.ts';
import type { CeremonyRecord } from '../../../../source/vault/ceremony/ceremony-record.ts';
import { createDirectoryForEachTest } from '../../../helpers/temporary-directory.ts';

const fixture = (name: string) =>
	fileURLToPath(new URL(`../../../fixtures/pgp/${name}`, import.meta.url));

const folder = createDirectoryForEachTest();

const put = (name: string, from: string) => copyFileSync(fixture(from), join(folder, name));

function choose(begun?: Partial<CeremonyRecord>) {
	const answers = {
		'rekey.custodians.people': { ann: 'ann.asc', ben: 'ben.asc', cem: '' },
		'rekey.custodians.threshold': 2,
	};
	const context = { answers, services: { baseFolder: folder } } as unknown as Parameters<
		typeof loadCustodians
	>[0];
	return loadCustodians(context, begun as CeremonyRecord | undefined);
}

describe('custodiansOf before a rekey', () => {
	it('reports every key that is not valid', async () => {
		put('ann.asc', 'revoked.asc');
		await expect(choose()).rejects.toMatchObject({
			fault: 'answers',
			facts: {
				details: [expect.stringMatching(/revoked/), expect.stringMatching(/does not exist/)],
			},
		});
	});
});

describe('custodiansOf once shares may be committed', () => {
	const begun = async (facts: Partial<CeremonyRecord>): Promise<Partial<CeremonyRecord>> => {
		put('ann.asc', 'alice.asc');
		put('ben.asc', 'bob.asc');
		const { custodians } = await choose();
		const recorded = custodians.map(({ name, key }) => ({
			name,
			...(key ?? { fingerprint: 'ff', encryptionKeyId: 'ff', publicKey: '' }),
			wrapped: key === undefined,
		}));
		return { custodians: recorded, ...facts };
	};

	it.each(['committingAt', 'committedAt'])(
		'%s: uses the recorded keys, regardless of the key files',
		async (mark) => {
			const known = await begun({ [mark]: '2026-01-01T00:00:00.000Z' });
			rmSync(join(folder, 'ann.asc'));
			put('ben.asc', 'expired.asc');
			const { custodians, warnings } = await choose(known);
			expect(custodians.map(({ key }) => key?.fingerprint)).toEqual([
				...(known.custodians ?? []).slice(0, 2).map(({ fingerprint }) => fingerprint),
				undefined,
			]);
			expect(warnings).toEqual([
				expect.stringMatching(
					/^Could not read the key file of ann: .*ann.asc does not exist; the key share of ann is encrypted to/,
				),
				expect.stringMatching(/expired.*; the key share of ben is encrypted to/),
			]);
		},
	);

	it('warns only if a file now contains a different key', async () => {
		const known = await begun({ committedAt: '2026-01-01T00:00:00.000Z' });
		expect((await choose(known)).warnings).toEqual([]);
		put('ben.asc', 'carol.asc');
		expect((await choose(known)).warnings).toEqual([
			expect.stringMatching(
				/ben\.asc now contains a different key; the key share of ben is encrypted to/,
			),
		]);
	});

	it('validates the keys again as long as no share can be committed', async () => {
		const known = await begun({ agreedAt: '2026-01-01T00:00:00.000Z' });
		put('ben.asc', 'revoked.asc');
		await expect(choose(known)).rejects.toMatchObject({ fault: 'answers' });
	});
});
