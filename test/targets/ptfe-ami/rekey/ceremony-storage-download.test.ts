import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WizardError } from '../../../../source/engine/errors.ts';
import type { EngineEvent } from '../../../../source/engine/events.ts';
import { downloadMissingArtifacts } from '../../../../source/targets/ptfe-ami/rekey/ceremony-storage.ts';
import { createDirectoryForEachTest } from '../../../helpers/temporary-directory.ts';

const folder = createDirectoryForEachTest();

const far = new Map([
	['share-1.gpg', 'one'],
	['old-unseal-key.asc', 'old'],
]);
const keeping = {
	async read(name: string) {
		const bytes = far.get(name);
		if (bytes === undefined)
			throw new WizardError('command', { message: `${name} is gone.`, next: [] });
		writeFileSync(join(folder, name), bytes);
		return Buffer.from(bytes);
	},
};

async function said(names: readonly string[], escrow?: string): Promise<EngineEvent[]> {
	const kept = (name: string) => ({ custodian: '', name, sha256: '' });
	const events: EngineEvent[] = [];
	const record = {
		kept: names.map(kept),
		...(escrow === undefined ? {} : { escrow: { ...kept(escrow), to: 'custodians' as const } }),
	};
	for await (const one of downloadMissingArtifacts({ step: 'rekey' }, keeping, record))
		events.push(one);
	return events;
}

it('downloads the encrypted shares and the encrypted old unseal key', async () => {
	expect(await said(['share-1.gpg'], 'old-unseal-key.asc')).toEqual([]);
	expect(readFileSync(join(folder, 'share-1.gpg'), 'utf8')).toBe('one');
	expect(readFileSync(join(folder, 'old-unseal-key.asc'), 'utf8')).toBe('old');
});

it('reports missing files and downloads the others', async () => {
	expect(await said(['share-0.gpg', 'share-1.gpg'])).toMatchObject([
		{ type: 'note', step: 'rekey', level: 'warning', text: 'share-0.gpg is gone.' },
	]);
	expect(readFileSync(join(folder, 'share-1.gpg'), 'utf8')).toBe('one');
});

it('downloads nothing without a ceremony', async () => {
	const events: EngineEvent[] = [];
	for await (const one of downloadMissingArtifacts({ step: 'rekey' }, keeping, undefined))
		events.push(one);
	expect(events).toEqual([]);
});
