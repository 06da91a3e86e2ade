import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { processBirth } from '../../source/engine/process-birth.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { freshHome, startWizard, wizard } from './helpers/wizard.ts';

const home = freshHome();
afterAll(async () => {
	await wizard(['practice', '--home', home, '--stop']);
});

it('a second interrupt ends an init that is deaf to SIGINT', async () => {
	const folder = join(home, 'bin');
	mkdirSync(folder);
	const pid = join(home, 'init.pid');
	// A fake for init alone; everything else is the real terraform.
	const script = `#!/bin/sh
for word in "$@"; do
	if [ "$word" = init ]; then
		trap '' INT TERM
		echo $$ > '${pid}'
		while :; do sleep 600; done
	fi
done
PATH=\${PATH#'${folder}:'} exec terraform "$@"
`;
	writeFileSync(join(folder, 'terraform'), script, { mode: 0o755 });
	const argv = ['practice', '--home', home, '--output', 'json'];
	const run = await startWizard(argv, { env: { PATH: `${folder}:${process.env.PATH}` } });
	await run.until(({ type, argv }) => type === 'command' && String(argv).includes('init'));
	await waitFor('the fake init to start', () => {
		try {
			return readFileSync(pid, 'utf8').trim() !== '';
		} catch {
			return false;
		}
	});
	run.child.kill('SIGINT');
	await run.until(({ type }) => type === 'interrupt');
	// Two within half a second count once: repeated until the second has been understood.
	const again = setInterval(() => run.child.kill('SIGINT'), 700);
	const second = await run.until(
		({ type, text }) => type === 'interrupt' && String(text).startsWith('second'),
	);
	clearInterval(again);
	expect(second.text).toContain('An init or plan is killed');
	expect(await run.ended).toMatchObject({ code: 130, signal: null });
	expect(processBirth(Number(readFileSync(pid, 'utf8')))).toBeUndefined();
});
