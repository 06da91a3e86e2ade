import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keyBindings } from '../screens/parts/key-bindings.ts';
import { generateKeysReference } from '../scripts/keys-reference.ts';

it('matches docs/keys.md', () => {
	const onDisk = readFileSync(new URL('../docs/keys.md', import.meta.url), 'utf8');
	expect(onDisk, 'run npm run docs').toBe(generateKeysReference());
});

it('lists every labelled key', () => {
	for (const { label, screens } of keyBindings)
		if (screens === 'all' || screens.length > 0)
			expect(generateKeysReference()).toContain(`| ${label} |`);
});
