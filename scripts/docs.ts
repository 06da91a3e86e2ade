import { writeFileSync } from 'node:fs';
import { keysPage } from '../screens/parts/keys-page.ts';
import { documents } from '../source/commands/documents.ts';
import { matrixPage } from '../test/vault/ceremony/matrix-page.ts';

const pages = {
	...documents(),
	'docs/keys.md': keysPage(),
	'docs/failure-matrix.md': matrixPage(),
};

for (const [path, text] of Object.entries(pages)) {
	writeFileSync(new URL(`../${path}`, import.meta.url), text);
	console.log(path);
}
