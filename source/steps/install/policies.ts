import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { WizardError } from '../../engine/errors.ts';
import { hclString } from '../../terraform/hcl.ts';
import { policyDocumentBreaches } from '../rules/policies.ts';
import type { Context } from '../services.ts';

const KEY = 'settings.instance_role_policies';

/**
 * `instance_role_policies.tf`: the extra policies of the answers, attached to the instance role.
 *
 * @throws WizardError `answers` when a policy's file cannot be read or is no policy.
 */
export function rolePoliciesFile(context: Context): Record<string, string> {
	const given = context.answers[KEY];
	const policies = typeof given === 'object' && given !== null ? Object.entries(given) : [];
	if (policies.length === 0) return {};
	const labels = labelsOf(policies.map(([name]) => name));
	const blocks = policies.map(([name, policy]) => {
		const document = JSON.stringify(documentOf(context, name, policy), undefined, 2);
		const label = labels.get(name);
		return [
			`resource "aws_iam_role_policy" "extra_${label}" {`,
			`  name   = ${hclString(name)}`,
			// The role by name as the template puts it out: the same as the output iam_role.
			'  role   = aws_iam_role.instance.name',
			`  policy = ${hclString(document)}`,
			'}',
			'',
		].join('\n');
	});
	return { 'instance_role_policies.tf': blocks.join('\n') };
}

/**
 * Names of resources for names of policies, which may hold characters that Terraform's may not. Two
 * policies whose names differ in these only (`a.b`, `a_b`) are told apart by a digest.
 */
function labelsOf(names: readonly string[]): Map<string, string> {
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

function documentOf(context: Context, name: string, policy: unknown): unknown {
	const { file } = policy as { file?: unknown };
	if (typeof file !== 'string') return policy;
	const path = isAbsolute(file) ? file : join(context.services.baseFolder, file);
	let document: unknown;
	try {
		document = JSON.parse(readFileSync(path, 'utf8'));
	} catch (thrown) {
		throw badPolicy(name, path, [thrown instanceof Error ? thrown.message : String(thrown)]);
	}
	const breaches = policyDocumentBreaches(document);
	if (breaches.length === 0) return document;
	throw badPolicy(
		name,
		path,
		breaches.map(({ path: at, message }) => `${at.join('.') || 'the document'} ${message}`),
	);
}

function badPolicy(name: string, path: string, details: readonly string[]): WizardError {
	return new WizardError('answers', {
		message: `${KEY}.${name}: ${path} is no policy for a role.`,
		details,
		expected: 'a JSON file with Version and Statement',
		next: [`Mend ${path}, then run the same command again.`],
	});
}
