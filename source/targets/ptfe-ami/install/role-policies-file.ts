import { createHash } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { WizardError } from '../../../engine/errors.ts';
import { readInputText } from '../../../engine/input-file.ts';
import { limits } from '../../../engine/limits.ts';
import type { Context } from '../../../steps/services.ts';
import { formatHclString } from '../../../terraform/hcl-writer.ts';
import { findPolicyDocumentProblems } from '../rules/role-policies.ts';

const KEY = 'settings.instance_role_policies';

/**
 * `instance_role_policies.tf`: the additional policies of the answers, attached to the instance role.
 *
 * @throws WizardError `answers` when a policy file cannot be read or is not a valid policy.
 */
export async function renderRolePolicies(context: Context): Promise<Record<string, string>> {
	const given = context.answers[KEY];
	const policies = typeof given === 'object' && given !== null ? Object.entries(given) : [];
	if (policies.length === 0) return {};
	const labels = createResourceLabels(policies.map(([name]) => name));
	const documents = await Promise.all(
		policies.map(
			async ([name, policy]) => [name, await readPolicyDocument(context, name, policy)] as const,
		),
	);
	const blocks = documents.map(([name, given]) => {
		const document = JSON.stringify(given, undefined, 2);
		const label = labels.get(name);
		return [
			`resource "aws_iam_role_policy" "extra_${label}" {`,
			`  name   = ${formatHclString(name)}`,
			// The role name as in the template's output iam_role.
			'  role   = aws_iam_role.instance.name',
			`  policy = ${formatHclString(document)}`,
			'}',
			'',
		].join('\n');
	});
	return { 'instance_role_policies.tf': blocks.join('\n') };
}

/**
 * Resource names for policy names, which may contain characters that Terraform does not allow. A
 * digest makes them unique if they differ only in such characters (`a.b`, `a_b`).
 */
function createResourceLabels(names: readonly string[]): Map<string, string> {
	const plain = (name: string) =>
		name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_');
	const shared = (name: string) => names.some((one) => one !== name && plain(one) === plain(name));
	return new Map(
		names.map((name) => {
			const label = plain(name);
			if (label === name || !shared(name)) return [name, label];
			const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
			return [name, `${label}_${digest}`];
		}),
	);
}

async function readPolicyDocument(
	context: Context,
	name: string,
	policy: unknown,
): Promise<unknown> {
	const { file } = policy as { file?: unknown };
	if (typeof file !== 'string') return policy;
	const path = isAbsolute(file) ? file : join(context.services.baseFolder, file);
	const text = await readInputText(path, {
		what: `the policy ${KEY}.${name}`,
		mostBytes: limits.policyBytes,
		expected: 'a JSON file with Version and Statement',
		signal: context.cancel.gentle,
	});
	let document: unknown;
	try {
		document = JSON.parse(text);
	} catch (thrown) {
		throw createPolicyError(name, path, [
			thrown instanceof Error ? thrown.message : String(thrown),
		]);
	}
	const breaches = findPolicyDocumentProblems(document);
	if (breaches.length === 0) return document;
	throw createPolicyError(
		name,
		path,
		breaches.map(({ path: at, message }) => `${at.join('.') || 'the document'} ${message}`),
	);
}

function createPolicyError(name: string, path: string, details: readonly string[]): WizardError {
	return new WizardError('answers', {
		message: `${KEY}.${name}: ${path} is not a valid role policy.`,
		details,
		expected: 'a JSON file with Version and Statement',
		next: [`Fix ${path}, then run the same command again.`],
	});
}
