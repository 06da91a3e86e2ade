import { resolve } from 'node:path';
import { type HclValue, hclAttributes, hclString } from '../../terraform/hcl.ts';
import { templateFiles } from '../../terraform/workspace.ts';
import { type Context, text } from '../services.ts';
import { handover } from './handover.ts';

export interface StackFiles {
	stack: string;
	/** Directory below templates/, or an absolute path. */
	template: string;
	variables: Readonly<Record<string, HclValue>>;
	/** Additional files by name. */
	extra?: Readonly<Record<string, string>>;
}

/** All files of a stack except its backend: plain Terraform that can be used without this program. */
export function stackFiles(
	context: Context,
	{ stack, template, variables, extra }: StackFiles,
): Record<string, string> {
	const { services, session } = context;
	return {
		...templateFiles(resolve(services.templates, template)),
		'providers.tf': providers(text(context, 'region'), text(context, 'account')),
		'terraform.tfvars': hclAttributes(variables),
		...extra,
		...services.cloud.stackFiles(stack),
		'README.md': handover({
			stack,
			template,
			session: session.name,
			practice: services.cloud.practice,
		}),
	};
}

/** The provider is pinned to region and account, so it fails with credentials of another account. */
function providers(region: string, account: string): string {
	return [
		'provider "aws" {',
		hclAttributes({ region, allowed_account_ids: [account] }, '  ').trimEnd(),
		'}',
		'',
	].join('\n');
}

/**
 * A `terraform { backend … }` file. Settings in `blocks` are written as blocks, which Terraform
 * requires for some (`workspaces` of `remote`).
 */
export function backendFile(
	type: string,
	settings: Readonly<Record<string, HclValue>>,
	blocks: readonly string[] = [],
): string {
	const isBlock = (name: string, value: HclValue) =>
		blocks.includes(name) && typeof value === 'object' && value !== null && !Array.isArray(value);
	const entries = Object.entries(settings);
	const plain = entries.filter(([name, value]) => !isBlock(name, value));
	const nested = entries.filter(([name, value]) => isBlock(name, value));
	const body = [
		hclAttributes(Object.fromEntries(plain), '    '),
		...nested.map(
			([name, value]) =>
				`    ${name} {\n${hclAttributes(value as Record<string, HclValue>, '      ')}    }\n`,
		),
	].join('');
	return `terraform {\n  backend ${hclString(type)} {${body === '' ? '' : `\n${body}  `}}\n}\n`;
}
