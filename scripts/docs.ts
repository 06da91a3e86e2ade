import { writeFileSync } from 'node:fs';
import { documents } from '../source/commands/documents.ts';

for (const [path, text] of Object.entries(documents())) {
	writeFileSync(new URL(`../${path}`, import.meta.url), text);
	console.log(path);
}
