import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keyTable } from '../../../screens/parts/key-table.ts';
import { keysPage } from '../../../screens/parts/keys-page.ts';

it('matches docs/keys.md', () => {
	const onDisk = readFileSync(new URL('../../../docs/keys.md', import.meta.url), 'utf8');
	expect(onDisk, 'run npm run docs').toBe(keysPage());
});

it('lists every labelled key', () => {
	for (const { label, screens } of keyTable)
		if (screens === 'all' || screens.length > 0) expect(keysPage()).toContain(`| ${label} |`);
});
