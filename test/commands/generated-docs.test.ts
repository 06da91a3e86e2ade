import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { getGeneratedDocTexts } from '../../source/commands/generated-docs.ts';
import { errorCodes } from '../../source/engine/errors.ts';
import { ptfeAmiChecks } from '../../source/targets/ptfe-ami/preflight-checks.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { sampleEvents } from '../reporters/sample-events.ts';

const { catalogue } = getTargetOrDefault('ptfe-ami');
const root = new URL('../../', import.meta.url);
const onDisk = (path: string) => readFileSync(new URL(path, root), 'utf8');

describe('the generated documents on disk', () => {
	it.each(Object.entries(getGeneratedDocTexts()))(
		'%s equals the output of `npm run docs`',
		(path, text) => {
			expect(onDisk(path)).toBe(text);
		},
	);

	it('contain no broken relative links', () => {
		for (const name of readdirSync(new URL('docs/', root)).filter((one) => one.endsWith('.md'))) {
			for (const [, target = ''] of onDisk(`docs/${name}`).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
				if (/^[a-z]+:/.test(target)) continue;
				expect(existsSync(new URL(`docs/${target}`, root)), `${name} -> ${target}`).toBe(true);
			}
		}
	});
});

describe('the documents contain', () => {
	it('every exit code with its meaning', () => {
		const page = onDisk('docs/exit-codes.md');
		expect(page).toContain('| 0 | done |');
		for (const { exitCode, meaning } of Object.values(errorCodes))
			expect(page).toContain(`| ${exitCode} | ${meaning} | `);
	});

	it.each(catalogue.questions.map((question) => [question.key, question] as const))(
		'the heading, label, help and rule of the question %s',
		(key, { label, help, rule }) => {
			const blocks = onDisk('docs/answers.md').split(/^#### /m);
			const block = blocks.find((one) => one.startsWith(`\`${key}\`\n`)) ?? '';
			expect(block).toContain(label);
			expect(block).toContain(help);
			if (rule !== undefined) expect(block).toContain(rule);
		},
	);

	it('every rule over several answers, every step and every check', () => {
		for (const { text } of catalogue.rules) expect(onDisk('docs/answers.md')).toContain(text);
		for (const { id, title } of getTargetOrDefault('ptfe-ami').steps)
			expect(onDisk('docs/steps.md')).toContain(`## ${title}\n\n\`${id}\``);
		for (const { id, severity = 'blocker', title } of ptfeAmiChecks)
			expect(onDisk('docs/checks.md')).toContain(`| \`${id}\` | ${severity} | ${title} |`);
	});

	it.each(Object.entries(sampleEvents))('the event %s with every field', (type, event) => {
		const line = onDisk('docs/events.md')
			.split('\n')
			.find((one) => one.startsWith(`| \`${type}\` |`));
		for (const field of Object.keys(event).filter((one) => one !== 'type'))
			expect(line).toMatch(new RegExp(`\`${field}\\??\``));
	});
});

describe('the questions and the template aws-standard', () => {
	const folder = new URL('templates/aws-standard/', root);
	const variables = readdirSync(folder)
		.filter((name) => name.endsWith('.tf'))
		.flatMap((name) => [
			...readFileSync(new URL(name, folder), 'utf8').matchAll(/^variable "([a-z0-9_]+)"/gm),
		])
		.map(([, name]) => name ?? '');
	const settings = catalogue.questions
		.filter(({ step }) => step === 'settings')
		.map(({ key }) => key.replace(/^settings\./, ''));
	/** Provided by the network step. */
	const subnets = ['instance_subnet_id', 'elb_subnet_ids', 'data_subnet_ids'];

	it('correspond: one question per variable, except subnets and role policies', () => {
		expect(new Set(variables).size).toBe(variables.length);
		const asked = settings.filter((name) => name !== 'instance_role_policies');
		expect([...variables].sort()).toEqual([...asked, ...subnets].sort());
		expect(settings).toContain('instance_role_policies');
		expect(settings).toContain('db_password');
		expect(variables).toContain('db_password');
	});

	it('have the same defaults', () => {
		const texts = readdirSync(folder)
			.filter((name) => name.endsWith('.tf'))
			.map((name) => readFileSync(new URL(name, folder), 'utf8'))
			.join('\n');
		const compared = catalogue.questions.flatMap(({ key, default: value }) => {
			const name = key.replace(/^settings\./, '');
			const body = new RegExp(`^variable "${name}" \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(texts)?.[1];
			const written = /^ {2}default\s*=\s*(.*)$/m.exec(body ?? '')?.[1];
			if (!key.startsWith('settings.') || written === undefined || value === undefined) return [];
			return [[name, written.replace(/\s/g, ''), JSON.stringify(value)]];
		});
		expect(compared.length).toBeGreaterThan(25);
		expect(compared.filter(([, written, value]) => written !== value)).toEqual([]);
	});
});
