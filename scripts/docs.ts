import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getGeneratedDocTexts } from '../source/commands/generated-docs.ts';
import { renderMatrixPage } from '../test/vault/ceremony/failure-matrix-page.ts';
import { generateKeysReference } from './keys-reference.ts';
import { findRuntimePackages, formatThirdPartyNotices } from './third-party-notices.ts';

const pages = {
	...getGeneratedDocTexts(),
	'docs/keys.md': generateKeysReference(),
	'docs/failure-matrix.md': renderMatrixPage(),
	'THIRD_PARTY_NOTICES.md': formatThirdPartyNotices(
		findRuntimePackages(fileURLToPath(new URL('..', import.meta.url))),
	),
};

for (const [path, text] of Object.entries(pages)) {
	writeFileSync(new URL(`../${path}`, import.meta.url), text);
	console.log(path);
}
