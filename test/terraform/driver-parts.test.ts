import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
	findUnfinishedCommands,
	prepareLogPaths,
	rewriteLogLines,
} from '../../source/terraform/command-logs.ts';
import { estimateDuration } from '../../source/terraform/duration-estimates.ts';
import {
	createTerraformEnvironment,
	isProcessRunning,
} from '../../source/terraform/terraform-process.ts';
import { hasSameContents, parseStateSummary } from '../../source/terraform/terraform-state.ts';
import {
	assertVersionAndFindWarning,
	parseTerraformVersion,
} from '../../source/terraform/version.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

describe('environment', () => {
	test('removes variables that change a run, keeps the others and adds those for automation', () => {
		const environment = createTerraformEnvironment({
			PATH: '/bin',
			AWS_PROFILE: 'mine',
			TF_CLI_CONFIG_FILE: '/c',
			TF_CLI_ARGS: '-lock=false',
			TF_CLI_ARGS_apply: '-auto-approve',
			TF_VAR_region: 'mars',
			TF_WORKSPACE: 'other',
			TF_DATA_DIR: '/elsewhere',
			TF_INPUT: '1',
		});
		expect(environment).toEqual({
			PATH: '/bin',
			AWS_PROFILE: 'mine',
			TF_CLI_CONFIG_FILE: '/c',
			TF_IN_AUTOMATION: '1',
			TF_INPUT: '0',
			CHECKPOINT_DISABLE: '1',
		});
	});

	test('accepts explicitly passed variables', () => {
		const environment = createTerraformEnvironment(
			{ TF_VAR_a: 'inherited' },
			{ TF_VAR_a: 'given' },
		);
		expect(environment.TF_VAR_a).toBe('given');
	});

	test('removes TF_LOG when variables are set, because the provider logs passwords', () => {
		const logs = {
			TF_LOG: 'TRACE',
			TF_LOG_CORE: 'TRACE',
			TF_LOG_PROVIDER: 'DEBUG',
			TF_LOG_PATH: '/log',
		};
		expect(createTerraformEnvironment(logs)).toMatchObject(logs);
		const beside = createTerraformEnvironment(
			{ ...logs, TF_LOGIC: 'mine' },
			{ TF_VAR_password: 'x' },
		);
		expect(Object.keys(beside).filter((name) => name.startsWith('TF_LOG'))).toEqual(['TF_LOGIC']);
	});
});

describe('version', () => {
	test.each([
		[
			'Terraform v1.11.4\non linux_amd64\n',
			{ version: '1.11.4', major: 1, minor: 11, product: 'terraform' },
		],
		['Terraform v1.12.0-beta1\n', { version: '1.12.0-beta1', minor: 12 }],
		['OpenTofu v1.10.6\non linux_amd64', { product: 'opentofu', minor: 10 }],
		['Terraform v0.11.14\n', { major: 0, minor: 11 }],
	])('parses %j', (printed, expected) => {
		expect(parseTerraformVersion(printed)).toMatchObject(expected);
	});

	test('does not parse other output', () => {
		expect(parseTerraformVersion('bash: line 1')).toBeUndefined();
	});

	test.each([
		['Terraform v1.11.0', undefined],
		['Terraform v1.15.9', undefined],
		['OpenTofu v1.11.2', 'tested only with Terraform'],
		['Terraform v2.0.0', 'later major version'],
	])('accepts %s', (printed, warning) => {
		const found = parseTerraformVersion(printed);
		if (found === undefined) throw new Error('unread');
		if (warning === undefined) expect(assertVersionAndFindWarning(found)).toBeUndefined();
		else expect(assertVersionAndFindWarning(found)).toContain(warning);
	});

	test.each(['Terraform v1.10.5', 'Terraform v0.15.0', 'OpenTofu v1.10.6'])(
		'refuses %s as too old',
		(printed) => {
			const found = parseTerraformVersion(printed);
			if (found === undefined) throw new Error('unread');
			expect(() => assertVersionAndFindWarning(found)).toThrow('is too old');
		},
	);
});

describe('state', () => {
	const state = (serial: number, input = 'secret-value') =>
		JSON.stringify({
			version: 4,
			serial,
			lineage: 'l',
			outputs: {},
			resources: [
				{ mode: 'managed', type: 'aws_vpc', name: 'main', instances: [{ attributes: { input } }] },
				{
					module: 'module.m[0]',
					mode: 'managed',
					type: 'aws_subnet',
					name: 's',
					instances: [{ index_key: 0 }, { index_key: 'b"c' }],
				},
				{ mode: 'data', type: 'aws_region', name: 'now', instances: [{}] },
			],
		});

	test('is summarized by addresses without values', () => {
		const summary = parseStateSummary(state(7));
		expect(summary).toEqual({
			lineage: 'l',
			serial: 7,
			resources: [
				'aws_vpc.main',
				'module.m[0].aws_subnet.s[0]',
				'module.m[0].aws_subnet.s["b\\"c"]',
				'data.aws_region.now',
			],
			empty: false,
			contents: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		expect(JSON.stringify(summary)).not.toContain('secret-value');
	});

	test('is empty for an empty text', () => {
		expect(parseStateSummary('\n')).toEqual({
			lineage: '',
			serial: 0,
			resources: [],
			empty: true,
			contents: parseStateSummary('').contents,
		});
	});

	test('of another format is refused without quoting it', () => {
		expect(() => parseStateSummary('{"version":3,"x":"secret-value"}')).toThrow(
			/^The Terraform state format is not supported/,
		);
		expect(() => parseStateSummary('secret-value')).toThrow(
			/^The Terraform state format is not supported/,
		);
	});

	test('has the same contents with another serial but not with another value', () => {
		expect(hasSameContents(state(1), state(2))).toBe(true);
		expect(hasSameContents(state(1), state(1, 'other'))).toBe(false);
		expect(hasSameContents('', '')).toBe(false);
	});
});

describe('logs', () => {
	test('have unique names and private permissions', () => {
		const folder = join(createTemporaryDirectory(), 'logs');
		const now = new Date('2026-01-31T19:40:32.5Z');
		const first = prepareLogPaths(folder, 'state push', now);
		expect(first.stdoutPath).toBe(join(folder, '20260131T194032-state-push.jsonl'));
		writeFileSync(first.stdoutPath, '');
		expect(prepareLogPaths(folder, 'state push', now).stdoutPath).toBe(
			join(folder, '20260131T194032-state-push.2.jsonl'),
		);
		expect(statSync(folder).mode & 0o777).toBe(0o700);
	});

	test('are rewritten only when a line changes', async () => {
		const path = join(createTemporaryDirectory(), 'log');
		writeFileSync(path, 'one\ntwo hunter2 €\nthree\n');
		const before = statSync(path).ino;
		expect(await rewriteLogLines(path, (line) => line)).toBe(false);
		expect(statSync(path).ino).toBe(before);
		expect(await rewriteLogLines(path, (line) => line.replace('hunter2', '•'))).toBe(true);
		expect(readFileSync(path, 'utf8')).toBe('one\ntwo • €\nthree\n');
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});

	test('skip a truncated process record', () => {
		const folder = createTemporaryDirectory();
		writeFileSync(join(folder, 'a.process.json'), '{"pid":1');
		writeFileSync(
			join(folder, 'b.process.json'),
			JSON.stringify({ pid: 1, startedAt: 'never', label: 'plan' }),
		);
		expect(findUnfinishedCommands(folder)).toMatchObject([{ record: { pid: 1 }, alive: false }]);
		expect(findUnfinishedCommands(join(folder, 'missing'))).toEqual([]);
	});
});

test('distinguishes processes by their start time', () => {
	expect(isProcessRunning({ pid: process.pid, startedAt: 'boot/1' })).toBe(false);
});

test('has ordered duration estimates for slow resources', () => {
	expect(estimateDuration('aws_db_instance', 'create')).toEqual([480, 840]);
	expect(estimateDuration('aws_db_instance', 'noop')).toBeUndefined();
	expect(estimateDuration('terraform_data', 'create')).toBeUndefined();
});
