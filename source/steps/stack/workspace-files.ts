import { resolve } from 'node:path';
import { getResumeCommand } from '../../engine/session/session-record.ts';
import { formatHclAttributes, formatHclString, type HclValue } from '../../terraform/format-hcl.ts';
import { readTemplateFiles } from '../../terraform/stack-directory.ts';
import { type Context, getAnswerText } from '../step-context.ts';

export interface WorkspaceOptions {
	stack: string;
	/** Directory below templates/, or an absolute path. */
	template: string;
	variables: Readonly<Record<string, HclValue>>;
	/** Additional files by name. */
	extra?: Readonly<Record<string, string>>;
	/** Lines for the README of the workspace. */
	notes?: readonly string[];
}

/** All files of a stack except its backend: plain Terraform that can be used without this program. */
export function renderWorkspaceFiles(
	context: Context,
	options: WorkspaceOptions,
): Record<string, string> {
	const { services } = context;
	const { stack, template, variables, extra } = options;
	return {
		...readTemplateFiles(resolve(services.templates, template)),
		'providers.tf': providers(getAnswerText(context, 'region'), getAnswerText(context, 'account')),
		'terraform.tfvars': formatHclAttributes(variables),
		...extra,
		...services.cloud.stackFiles(stack),
		'README.md': renderWorkspaceReadme(context, options),
	};
}

/** The provider is pinned to region and account, so it fails with credentials of another account. */
function providers(region: string, account: string): string {
	return [
		'provider "aws" {',
		formatHclAttributes({ region, allowed_account_ids: [account] }, '  ').trimEnd(),
		'}',
		'',
	].join('\n');
}

/**
 * A `terraform { backend … }` file. Settings in `blocks` are written as blocks, which Terraform
 * requires for some (`workspaces` of `remote`).
 */
export function renderBackendBlock(
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
		formatHclAttributes(Object.fromEntries(plain), '    '),
		...nested.map(
			([name, value]) =>
				`    ${name} {\n${formatHclAttributes(value as Record<string, HclValue>, '      ')}    }\n`,
		),
	].join('');
	return `terraform {\n  backend ${formatHclString(type)} {${body === '' ? '' : `\n${body}  `}}\n}\n`;
}

/** The README of a workspace: how to use it without this program. */
function renderWorkspaceReadme(
	{ services, session }: Context,
	{ stack, template, notes = [] }: WorkspaceOptions,
): string {
	return [
		`# Stack "${stack}" of the session "${session.name}"`,
		'',
		services.cloud.practice
			? 'PRACTICE: `practice_override.tf` pins provider and state to a practice cloud on this computer. Nothing here affects a real account.'
			: 'This is plain Terraform: a copy of the template, its values, its provider and its backend. You can manage it yourself at any time.',
		'',
		'| file | content |',
		'| --- | --- |',
		`| \`*.tf\` | the template \`${template}\` |`,
		'| `terraform.tfvars` | the values from the answers |',
		'| `providers.tf` | the provider, pinned to region and account |',
		'| `backend.tf` | the state backend; without this file, state is in this directory |',
		'',
		'```sh',
		`terraform plan        # prints "No changes" if nothing was changed since`,
		'terraform output',
		'```',
		'',
		...(notes.length === 0 ? [] : [...notes, '']),
		'Later runs do not overwrite files that you edit, and print a warning.',
		'',
		`To continue with the installer: \`${getResumeCommand(session)}\``,
		'',
	].join('\n');
}
