import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keysPage } from '../screens/parts/keys-page.ts';
import { documents } from '../source/commands/documents.ts';
import { matrixPage } from '../test/vault/ceremony/matrix-page.ts';
import { noticesPage, runtimePackages } from './third-party.ts';

const pages = {
	...documents(),
	'docs/keys.md': keysPage(),
	'docs/failure-matrix.md': matrixPage(),
	'THIRD_PARTY_NOTICES.md': noticesPage(
		runtimePackages(fileURLToPath(new URL('..', import.meta.url))),
	),
};

for (const [path, text] of Object.entries(pages)) {
	writeFileSync(new URL(`../${path}`, import.meta.url), text);
	console.log(path);
}
