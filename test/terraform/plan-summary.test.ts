import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	diffAttributes,
	SENSITIVE_PLACEHOLDER,
	UNKNOWN_PLACEHOLDER,
} from '../../source/terraform/attribute-changes.ts';
import {
	countChanges,
	formatPlan,
	parsePlanSummary,
	toResourceAction,
} from '../../source/terraform/plan-summary.ts';
import { readFixture } from './helpers.ts';

const rich = parsePlanSummary(readFixture('show-rich.json'));
const change = (address: string) => rich.changes.find((candidate) => candidate.address === address);

test('excludes reads, moves, imports and forgotten resources from the counts', () => {
	expect(countChanges(rich.changes)).toEqual({ create: 1, update: 1, delete: 1, replace: 1 });
	expect(formatPlan(rich)[0]).toBe(
		'Plan: 1 to create, 1 to update, 1 to replace, 1 to delete, 1 to import, 1 to move, 1 to forget (retained, but no longer managed).',
	);
	expect(rich).toMatchObject({ complete: true, errored: false, drift: 0 });
});

test('hides sensitive values, also where a computed attribute repeats them', () => {
	const raw = readFixture('show-rich.json');
	expect(raw).toContain('canary-sensitive');
	expect(raw).toContain('canary-changed');
	expect(JSON.stringify(rich)).not.toContain('canary');
	expect(formatPlan(rich).join('\n')).not.toContain('canary');
	expect(change('terraform_data.gone')?.attributes).toContainEqual(
		expect.objectContaining({ path: 'output', before: SENSITIVE_PLACEHOLDER }),
	);
});

test('compares nested values individually', () => {
	const paths = change('terraform_data.update')?.attributes.map(({ path, before, after }) => [
		path,
		before,
		after,
	]);
	expect(paths).toContainEqual(['input.plain', 'old', 'new']);
	expect(paths).toContainEqual(['input.secret', SENSITIVE_PLACEHOLDER, SENSITIVE_PLACEHOLDER]);
	expect(paths).toContainEqual([
		'input.list',
		['a', SENSITIVE_PLACEHOLDER],
		['a', SENSITIVE_PLACEHOLDER],
	]);
});

test('names the attribute that forces a replacement', () => {
	const attributes = change('terraform_data.replace')?.attributes ?? [];
	expect(
		attributes.filter(({ forcesReplacement }) => forcesReplacement).map(({ path }) => path),
	).toEqual(['triggers_replace']);
	expect(attributes).toContainEqual(
		expect.objectContaining({ path: 'id', after: UNKNOWN_PLACEHOLDER }),
	);
	expect(change('terraform_data.replace')?.reason).toBe('replace_because_cannot_update');
});

test('summarizes moves, imports and outputs', () => {
	expect(change('terraform_data.new_name')).toMatchObject({
		action: 'move',
		previousAddress: 'terraform_data.old_name',
	});
	expect(change('terraform_data.imported')).toMatchObject({ action: 'noop', importing: true });
	expect(rich.outputs).toEqual([
		{
			name: 'o',
			action: 'update',
			before: SENSITIVE_PLACEHOLDER,
			after: SENSITIVE_PLACEHOLDER,
		},
		{
			name: 'plain',
			action: 'update',
			before: 'one',
			after: 'two',
		},
	]);
});

test('shows known and unknown values of a first plan', () => {
	const plan = parsePlanSummary(readFixture('show-create.json'));
	expect(countChanges(plan.changes)).toEqual({ create: 4, update: 0, delete: 0, replace: 0 });
	const text = formatPlan(plan);
	expect(text[0]).toBe('Plan: 4 to create, 0 to update, 0 to replace, 0 to delete.');
	expect(text).toContain('+ create terraform_data.fast');
	expect(text).toContain('    input.list = ["a","b"]');
	expect(text).toContain('    id = (known after apply)');
	expect(text).toContain('    input = (sensitive)');
});

test.each([
	[['delete', 'create'], 'replace'],
	[['create', 'delete'], 'replace'],
	[['create', 'forget'], 'create'],
	[['forget'], 'forget'],
	[['read'], 'read'],
	[['no-op'], 'noop'],
] as const)('maps the actions %j to %s', (actions, action) => {
	expect(toResourceAction(actions)).toBe(action);
});

test('hides a value marked sensitive in any structure', () => {
	const leaf = fc.constant('canary');
	const tree = fc.letrec((tie) => ({
		node: fc.oneof(
			{ maxDepth: 4 },
			leaf,
			fc.array(tie('node'), { maxLength: 3 }),
			fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie('node'), { maxKeys: 3 }),
		),
	})).node;
	const marks = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(marks);
		if (typeof value === 'object' && value !== null) {
			return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marks(item)]));
		}
		return true;
	};
	fc.assert(
		fc.property(tree, tree, (before, after) => {
			const changes = diffAttributes({
				before,
				after,
				beforeSensitive: marks(before),
				afterSensitive: marks(after),
				afterUnknown: false,
			});
			expect(JSON.stringify(changes)).not.toContain('canary');
		}),
		{ numRuns: 500 },
	);
});

test('refuses text that is not a plan and unknown plan formats', () => {
	expect(() => parsePlanSummary('Error: no')).toThrow('did not print the plan');
	expect(() => parsePlanSummary('{"format_version":"2.0"}')).toThrow('not supported: 2.0');
});
