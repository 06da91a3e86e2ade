import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { models, NOW } from './models.ts';
import { renderScreen, unmountAll } from '../helpers/render.tsx';
import stringWidth from 'string-width';
it('shows', async () => {
	let out = '';
	const only = process.env.ONLY?.split(',');
	const [c = 80, r = 24] = (process.env.SIZE ?? '80x24').split('x').map(Number);
	for (const [name, model] of Object.entries(models)) {
		if (only && !only.some((o) => name.startsWith(o))) continue;
		const s = await renderScreen(model, { columns: c, rows: r, now: NOW, env: process.env.ASC ? {} : { LANG: 'C.UTF-8' } });
		const f = s.frame();
		if (process.env.KEYS) await s.press(...process.env.KEYS.split(' '));
		const g = s.frame();
		const bad = g.filter((l) => stringWidth(l) > c).length;
		out += `=== ${name} rows ${f.length} ${g.length} ${g.length > r - 1 ? 'TALL' : ''} ${bad ? 'WIDE' : ''}\n${g.join('\n')}\n`;
		unmountAll();
	}
	writeFileSync('/tmp/show.txt', out);
});
