// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are HCL and shell code
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTfvars } from '../../../../source/targets/ptfe-ami/import-tfvars/parse-tfvars.ts';
import { formatHclAttributes } from '../../../../source/terraform/format-hcl.ts';
import { hostileText } from '../../../helpers/hostile-terraform-text.ts';
import { createTemporaryDirectory } from '../../../helpers/temporary-directory.ts';

/** The variables of a file as real Terraform has them. */
async function readByTerraform(name: string, text: string, variables: readonly string[]) {
	const folder = createTemporaryDirectory();
	writeFileSync(join(folder, name), text);
	const configuration = variables.map(
		(v) => `variable "${v}" { default = null }\noutput "${v}" { value = var.${v} }\n`,
	);
	writeFileSync(join(folder, 'main.tf'), configuration.join(''));
	const { PATH, HOME } = process.env;
	const env = { PATH, HOME, CHECKPOINT_DISABLE: '1' };
	const run = (...args: string[]) =>
		execa('terraform', args, { cwd: folder, env, extendEnv: false, stdin: 'ignore' });
	await run('apply', '-auto-approve', '-input=false');
	const outputs = JSON.parse((await run('output', '-json')).stdout);
	return variables.map((v) => outputs[v]?.value);
}

function readHere(text: string, variables: readonly string[]) {
	const { assignments, problems } = parseTfvars(text);
	expect(problems).toEqual([]);
	return variables.map((v) => assignments.find(({ name }) => name === v)?.value);
}

const namesOf = (values: readonly unknown[]) => values.map((_, index) => `v${index}`);
const few = { numRuns: 3, endOnFailure: true };
const many = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 150, maxLength: 150 });

it('reads heredocs like Terraform', async () => {
	const piece = fc.constantFrom(
		...['a', '"', '\\', '\\n', '$', '%', '$$', '%%', '$${', '%%{', '$$${', '%%%{', '{', '}', '#'],
		...[' ', '  ', '\t', '\u00a0', 'e\u0301', 'é', '😀', 'EOF', "'", '$HOME'],
	);
	const body = fc.array(fc.string({ unit: piece, maxLength: 6 }), { maxLength: 6 });
	const indent = fc.constantFrom('', ' ', '    ', '\t');
	const heredoc = fc
		.tuple(fc.constantFrom('<<', '<<-'), fc.array(indent, { minLength: 7, maxLength: 7 }), body)
		.filter(([, , lines]) =>
			lines.every(
				(line) =>
					line.trim() !== 'EOF' && !/[$%]\{/.test(line.replaceAll('$${', '').replaceAll('%%{', '')),
			),
		)
		.map(
			([opening, indents, lines]) =>
				`${opening}EOF\n${lines.map((line, at) => `${indents[at]}${line}\n`).join('')}${indents[6]}EOF`,
		);
	await fc.assert(
		fc.asyncProperty(many(heredoc), async (heredocs) => {
			const names = namesOf(heredocs);
			const text = heredocs.map((one, at) => `${names[at]} = ${one}\n`).join('');
			expect(readHere(text, names)).toEqual(await readByTerraform('terraform.tfvars', text, names));
		}),
		few,
	);
});

it('reads quoted strings, lists and maps like Terraform, unchanged', async () => {
	const value = fc.oneof(
		hostileText,
		fc.array(hostileText),
		fc.dictionary(fc.constantFrom('a', 'b c'), hostileText, { noNullPrototype: true }),
	);
	await fc.assert(
		fc.asyncProperty(many(value), async (values) => {
			const names = namesOf(values);
			const text = formatHclAttributes(
				Object.fromEntries(values.map((one, at) => [`v${at}`, one])),
			);
			expect(readHere(text, names)).toEqual(values);
			expect(await readByTerraform('terraform.tfvars', text, names)).toEqual(values);
		}),
		few,
	);
});

it('reads JSON like Terraform', async () => {
	await fc.assert(
		fc.asyncProperty(many(hostileText), async (values) => {
			const names = namesOf(values);
			const text = JSON.stringify(Object.fromEntries(values.map((one, at) => [`v${at}`, one])));
			expect(readHere(text, names)).toEqual(values);
			expect(await readByTerraform('terraform.tfvars.json', text, names)).toEqual(values);
		}),
		few,
	);
});
