import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { copyTemplate, init, said, templateNames, templatesFolder, terraform } from './support.ts';

describe.each(templateNames)('template %s', (name) => {
	it('is formatted', async () => {
		const folder = join(templatesFolder, name);
		const check = await terraform(folder, ['fmt', '-check', '-recursive', '-diff', '-no-color']);
		expect(check.exitCode, said(check)).toBe(0);
	});

	it('is valid, and passes its own tests', async () => {
		const folder = createTemporaryDirectory();
		await copyTemplate(name, folder);
		const started = await init(folder);
		expect(started.exitCode, said(started)).toBe(0);

		const validated = await terraform(folder, ['validate', '-json']);
		expect(JSON.parse(validated.stdout)).toMatchObject({ valid: true, warning_count: 0 });

		const tested = await terraform(folder, ['test', '-no-color']);
		expect(tested.exitCode, said(tested)).toBe(0);
		expect(tested.stdout).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
	});

	it('can be a root and a module: no provider, no backend, one provider required', async () => {
		const text = await templateText(name);
		expect(text).not.toMatch(/^\s*(provider|backend) "/m);
		expect([...text.matchAll(/\bsource\s+= "([^"]+)"/g)].map(([, source]) => source)).toEqual([
			'hashicorp/aws',
		]);
	});

	it('describes every variable and output', async () => {
		const blocks = (await templateText(name)).match(/^(variable|output) "[\s\S]*?^}/gm) ?? [];
		expect(blocks.length).toBeGreaterThan(5);
		for (const block of blocks) {
			expect(block, block).toMatch(/^ {2}description += "[A-Z1-9].+\."$/m);
		}
	});

	it('gives everything a Name that can have one', async () => {
		const text = await templateText(name);
		const tagged = (text.match(/^resource "[\s\S]*?^}/gm) ?? []).filter((block) =>
			/^ {2}tags += /m.test(block),
		);
		expect(tagged.length).toBeGreaterThan(1);
		for (const block of tagged) {
			expect(block, block).toMatch(/^ {2}tags = merge\(var\.tags, \{/m);
			expect(block, block).toMatch(/\bName +=/);
		}
	});
});

async function templateText(name: string): Promise<string> {
	const folder = join(templatesFolder, name);
	const files = (await readdir(folder)).filter((file) => file.endsWith('.tf')).sort();
	const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
	return texts.join('\n');
}
