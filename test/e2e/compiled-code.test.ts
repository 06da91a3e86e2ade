import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { runWizard } from './helpers/run-wizard.ts';

const home = createTemporaryDirectory();

/** Code that Node compiled and kept, after a command that loads the whole program. */
async function keptIn(name: string, mode: number): Promise<string[]> {
	const cache = join(home, name);
	mkdirSync(cache);
	chmodSync(cache, mode);
	const ran = await runWizard(['sessions', 'list', '--home', home], {
		env: { XDG_CACHE_HOME: cache },
	});
	expect(ran.code, ran.err).toBe(0);
	return readdirSync(join(cache, 'tfe-wizard', 'compiled'));
}

it('keeps compiled code for the next start, but in no folder that others may write to', async () => {
	expect(await keptIn('own', 0o700)).not.toEqual([]);
	expect(await keptIn('open', 0o777)).toEqual([]);
});
