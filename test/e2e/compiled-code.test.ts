import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { freshHome, wizard } from './helpers/wizard.ts';

const home = freshHome();
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Code that Node compiled and kept, after a command that loads the whole program. */
async function keptIn(name: string, mode: number): Promise<string[]> {
	const cache = join(home, name);
	mkdirSync(cache);
	chmodSync(cache, mode);
	const ran = await wizard(['sessions', 'list', '--home', home], {
		env: { XDG_CACHE_HOME: cache },
	});
	expect(ran.code, ran.err).toBe(0);
	return readdirSync(join(cache, 'tfe-wizard', 'compiled'));
}

it('keeps compiled code for the next start, but in no folder that others may write to', async () => {
	expect(await keptIn('own', 0o700)).not.toEqual([]);
	expect(await keptIn('open', 0o777)).toEqual([]);
});
