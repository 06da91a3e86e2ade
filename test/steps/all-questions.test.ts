import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Question } from '../../source/engine/question.ts';
import {
	installCredentialsQuestions,
	permissionsBoundaryCrossAnswerRules,
} from '../../source/steps/access/step.ts';
import { networkQuestions, networkRules } from '../../source/steps/network/questions.ts';
import { preflightQuestions } from '../../source/steps/preflight/questions.ts';
import {
	bucketNameRule,
	networkNameRule,
	objectPrefixRule,
} from '../../source/steps/rules/names-and-identifiers.ts';
import { stateQuestions, stateRules } from '../../source/steps/state/questions.ts';
import {
	settingsQuestions,
	settingsRules,
} from '../../source/targets/ptfe-ami/settings/questions.ts';
import {
	deriveBucketName,
	deriveInstallationId,
} from '../../source/targets/ptfe-ami/settings/required-questions.ts';

const questions: readonly Question[] = [
	...preflightQuestions,
	...networkQuestions,
	...installCredentialsQuestions,
	...stateQuestions,
	...settingsQuestions,
];
const rules = [networkRules, permissionsBoundaryCrossAnswerRules, stateRules, settingsRules].flat();
const byKey = new Map(questions.map((question) => [question.key, question]));
const facts = { session: 'acme-prod' };

test('keys are unique, in snake_case, and nest only beneath variants', () => {
	expect(byKey.size).toBe(questions.length);
	for (const { key } of questions) {
		expect(key).toMatch(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/);
		const above = questions.filter((other) => key.startsWith(`${other.key}.`));
		for (const other of above) {
			expect(other.kind).toBe('variant');
			const option = key.slice(other.key.length + 1).split('.')[0];
			expect(other.options?.map(({ value }) => value)).toContain(option);
		}
	}
});

describe.each(questions.map((question) => [question.key, question] as const))(
	'%s',
	(_key, question) => {
		const { kind, schema, options, example, derive } = question;
		const values = options?.map(({ value }) => value);
		const known = Object.fromEntries(
			questions.flatMap((one) => (one.default === undefined ? [] : [[one.key, one.default]])),
		);
		const answers = {
			...known,
			account: '123456789012',
			region: 'us-west-2',
			'settings.fqdn': 'tfe.acme.example',
			'settings.zone_id': 'Z1',
		};
		const fits = (value: unknown) =>
			kind === 'choice' || kind === 'variant'
				? values?.includes(String(value))
				: schema?.safeParse(value).success;

		test('has a label, help and an example', () => {
			expect(question.label).not.toMatch(/\.$/);
			expect(question.label.length).toBeLessThanOrEqual(80);
			expect(question.help).toMatch(/^["A-Z{0-9].*[.]$/);
			if (kind !== 'variant')
				expect(example !== undefined || question.default !== undefined).toBe(true);
			if (question.when !== undefined) expect(question.asked).toBeTypeOf('string');
			if (derive !== undefined) expect(question.derived).toBeTypeOf('string');
			for (const option of options ?? []) expect(option.label).not.toBe('');
		});

		test('has a rule for its values', () => {
			if (kind === 'secret' || kind === 'variant') expect(schema).toBeUndefined();
			else if (kind === 'choice') expect(values?.length).toBeGreaterThan(0);
			else {
				expect(schema).toBeDefined();
				expect(question.rule).not.toBe('');
				expect(schema === undefined ? {} : z.toJSONSchema(schema)).not.toHaveProperty('$defs');
			}
		});

		test('accepts its own default, example and derived value', () => {
			if (kind === 'secret') return;
			if (question.default !== undefined) expect(fits(question.default)).toBe(true);
			if (example !== undefined) expect(fits(example)).toBe(true);
			if (derive !== undefined) {
				expect(fits(derive(answers, facts))).toBe(true);
				expect(() => derive({}, facts)).not.toThrow();
			}
			expect(() => question.when?.({})).not.toThrow();
		});
	},
);

test('every setting with a fixed default is in a group, except the key pair', () => {
	const loose = settingsQuestions.filter(
		(one) => one.default !== undefined && one.group === undefined,
	);
	expect(loose.map(({ key }) => key)).toEqual(['settings.key_name']);
});

test('questions of a group are adjacent', () => {
	const order = questions
		.map(({ group }) => group)
		.filter((group, index, all) => group !== all[index - 1]);
	const groups = order.filter((group) => group !== undefined);
	expect(new Set(groups).size).toBe(groups.length);
});

test('exactly these questions are required and have no default', () => {
	const required = questions.filter(
		(one) => one.default === undefined && one.derive === undefined && !one.optional,
	);
	expect(required.map(({ key }) => key)).toEqual([
		'account',
		'region',
		'network.existing.instance_subnet_id',
		'network.existing.elb_subnet_ids',
		'network.existing.data_subnet_ids',
		'state',
		'state.s3.bucket',
		'state.local.understood',
		'state.backend.type',
		'settings.fqdn',
		'settings.cert_id',
		'settings.ami_id',
		'settings.db_password',
	]);
});

test('rules refer to existing questions and never throw for invalid values', () => {
	expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
	for (const rule of rules) {
		for (const key of rule.keys) expect(byKey.has(key)).toBe(true);
		expect(rule.text).toMatch(/^[A-Z].*\.$/);
		for (const rubbish of [undefined, null, 7, true, 'x', '', [], [7], {}, { a: null }]) {
			expect(() =>
				rule.check(Object.fromEntries(rule.keys.map((key) => [key, rubbish]))),
			).not.toThrow();
		}
	}
});

test('the confirmation of local state must be true', () => {
	const understood = byKey.get('state.local.understood');
	expect(understood?.schema?.safeParse(true).success).toBe(true);
	expect(understood?.schema?.safeParse(false).success).toBe(false);
});

test('the installation ID is derived as documented', () => {
	const answers = {
		account: '123456789012',
		region: 'us-west-2',
		'settings.fqdn': 'tfe.acme.example',
	};
	const text = 'acme-prod\n123456789012\nus-west-2\ntfe.acme.example';
	const expected = createHash('sha256').update(text).digest('hex').slice(0, 12);
	expect(deriveInstallationId(answers, facts)).toBe(expected);
	expect(deriveInstallationId({ ...answers, account: undefined }, facts)).toBeUndefined();
});

test('derived bucket names are unique and valid in S3', () => {
	expect(deriveBucketName({ 'settings.fqdn': 'tfe.acme.example' })).toBe(
		'tfe-tfe.acme.example-data',
	);
	const long = ['a', 'b'].map((end) =>
		deriveBucketName({ 'settings.fqdn': `${'tfe.'.repeat(20)}example-${end}` }),
	);
	expect(new Set(long).size).toBe(2);
	for (const name of long) expect(bucketNameRule.schema.safeParse(name).success).toBe(true);
});

test.each(['a', 'acme prod!', 'x'.repeat(90), '---', 'ü'])(
	'names derived from the session %j are valid',
	(session) => {
		const derived = (key: string) => byKey.get(key)?.derive?.({}, { session });
		expect(networkNameRule.schema.safeParse(derived('network.create.name')).success).toBe(true);
		expect(objectPrefixRule.schema.safeParse(derived('state.s3.prefix')).success).toBe(true);
	},
);
