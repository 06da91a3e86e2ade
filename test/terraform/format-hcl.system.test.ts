// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are HCL
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderBackendBlock } from '../../source/steps/stack/workspace-files.ts';
import {
	formatHclAttributes,
	formatHclString,
	formatHclValue,
	getTerraformTextProblem,
	type HclValue,
} from '../../source/terraform/format-hcl.ts';
import { hostileExamples, hostileText, hostileValue } from '../helpers/hostile-terraform-text.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

async function terraform(folder: string, ...args: string[]): Promise<string> {
	const { PATH, HOME } = process.env;
	const { stdout } = await execa('terraform', args, {
		cwd: folder,
		env: { PATH, HOME, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
		extendEnv: false,
		stdin: 'ignore',
	});
	return stdout;
}

/** The outputs of real Terraform after an apply of `files`. */
async function outputsOf(files: Readonly<Record<string, string>>) {
	const folder = createTemporaryDirectory();
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	await terraform(folder, 'init', '-input=false');
	await terraform(folder, 'apply', '-auto-approve', '-input=false');
	const outputs = JSON.parse(await terraform(folder, 'output', '-json'));
	return Object.fromEntries(
		Object.entries<{ value: unknown }>(outputs).map(([name, { value }]) => [name, value]),
	);
}

/** Many values per run, because a run of Terraform takes a second; failures are not shrunk. */
const few = { numRuns: 3, endOnFailure: true };

describe('real Terraform reads back the written value', () => {
	it('in a variable file', async () => {
		const values = fc.array(hostileValue, { minLength: 300, maxLength: 300 });
		await fc.assert(
			fc.asyncProperty(values, async (value) => {
				const read = await outputsOf({
					'main.tf': 'variable "v" { type = any }\noutput "v" { value = var.v }\n',
					'terraform.tfvars': formatHclAttributes({ v: [...hostileExamples, ...value] }),
				});
				expect(read.v).toEqual([...hostileExamples, ...value]);
			}),
			few,
		);
	});

	it('in a variable with a type, as strings, lists and maps', async () => {
		const texts = fc.array(hostileText, { minLength: 200, maxLength: 200 });
		await fc.assert(
			fc.asyncProperty(texts, async (list) => {
				const map = Object.fromEntries(list.map((text, index) => [text, list[index + 1] ?? '']));
				const text = list.join('');
				const shown = getTerraformTextProblem(text) === undefined ? text : '';
				const types = { list: 'list(string)', map: 'map(string)', text: 'string' };
				const read = await outputsOf({
					'main.tf': Object.entries(types)
						.map(
							([v, type]) =>
								`variable "${v}" { type = ${type} }\noutput "${v}" { value = var.${v} }\n`,
						)
						.join(''),
					'terraform.tfvars': formatHclAttributes({ list, map, text: shown }),
				});
				expect(read).toEqual({ list, map, text: shown });
			}),
			few,
		);
	});

	it('in an expression of the configuration itself', async () => {
		const values = fc.array(hostileValue, { minLength: 200, maxLength: 200 });
		await fc.assert(
			fc.asyncProperty(values, async (value) => {
				const read = await outputsOf({
					'main.tf': `output "v" {\n  value = ${formatHclValue(value, '  ')}\n}\noutput "t" {\n  value = ${formatHclString(hostileExamples.join(''))}\n}\n`,
				});
				expect(read).toEqual({ v: value, t: hostileExamples.join('') });
			}),
			few,
		);
	});

	it('in the settings of a backend', async () => {
		const folder = createTemporaryDirectory();
		const path = 'state of ${HOME} $${x} %{ if } "quoted" \\ \u00a0\u202e é😀';
		writeFileSync(
			join(folder, 'backend.tf'),
			renderBackendBlock('local', { path, workspace_dir: '$(x)' }),
		);
		writeFileSync(join(folder, 'main.tf'), 'output "v" { value = 1 }\n');
		await terraform(folder, 'init', '-input=false');
		const { backend } = JSON.parse(
			readFileSync(join(folder, '.terraform/terraform.tfstate'), 'utf8'),
		);
		expect(backend.config).toEqual({ path, workspace_dir: '$(x)' });
		await terraform(folder, 'apply', '-auto-approve', '-input=false');
		expect(existsSync(join(folder, path))).toBe(true);
	});

	it('in the layout of terraform fmt', async () => {
		const folder = createTemporaryDirectory();
		mkdirSync(folder, { recursive: true });
		const values: Record<string, HclValue> = {
			tags: { 'a b': '${x}', for: 'y', Owner: '' },
			script: '%{ if }\n',
			list: ['a', 'b'],
		};
		const text = formatHclAttributes(values);
		writeFileSync(join(folder, 'terraform.tfvars'), text);
		await terraform(folder, 'fmt');
		expect(readFileSync(join(folder, 'terraform.tfvars'), 'utf8')).toBe(text);
	});
});

describe('refused text', () => {
	it('is text that real Terraform would change', async () => {
		const changed = [
			'e\u0301',
			'\u212b',
			'\uf900',
			'\u1112\u1161\u11ab',
			`a${'\u0316'.repeat(31)}`,
		];
		for (const text of changed) expect(getTerraformTextProblem(text)).toBeDefined();
		const list = changed.map((text) => JSON.stringify(text)).join(', ');
		const { v } = await outputsOf({ 'main.tf': `output "v" { value = [${list}] }\n` });
		for (const [index, text] of changed.entries()) {
			expect((v as string[])[index]).not.toBe(text);
		}
	});
});
