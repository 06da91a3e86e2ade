import { writeFileSync } from 'node:fs';
import { keysPage } from '../screens/parts/keys-page.ts';
import { documents } from '../source/commands/documents.ts';

for (const [path, text] of Object.entries({ ...documents(), 'docs/keys.md': keysPage() })) {
	writeFileSync(new URL(`../${path}`, import.meta.url), text);
	console.log(path);
}
