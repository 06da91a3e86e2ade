import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../source/engine/events.ts';
import { Terraform } from '../../source/terraform/driver.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { createRootModule, drainEvents, driverDefaults, getError } from './helpers.ts';

const quick = 'resource "terraform_data" "quick" {\n  input = "hello"\n}\n';

describe('a command that cannot run', () => {
	test('fails when terraform is missing', async () => {
		const terraform = createRootModule(quick, {
			environment: { PATH: createTemporaryDirectory() },
		});
		const error = await getError(terraform.version());
		expect(error).toMatchObject({
			fault: 'preflight',
			message: 'terraform was not found on PATH.',
		});
		expect(await getError(drainEvents(terraform.init()))).toMatchObject({ fault: 'preflight' });
		expect(readdirSync(terraform.logFolder)).toEqual([]);
	});

	test('fails when the working directory is missing', async () => {
		const folder = join(createTemporaryDirectory(), 'gone');
		const logFolder = createTemporaryDirectory();
		const terraform = new Terraform({ ...driverDefaults, folder, logFolder });
		expect((await getError(drainEvents(terraform.init()))).message).toContain('does not exist');
	});

	test.each([
		[
			'echo "Terraform v0.11.14"; echo; echo "Your version of Terraform is out of date!"',
			'0.11.14',
		],
		['echo "OpenTofu v1.10.6"; echo "on linux_amd64"', '1.10.6'],
	])('parses the version printed by a fake old terraform on PATH: %s', async (script, version) => {
		const folder = createTemporaryDirectory();
		writeFileSync(join(folder, 'terraform'), `#!/bin/sh\n${script}\n`);
		chmodSync(join(folder, 'terraform'), 0o755);
		const terraform = createRootModule(quick, {
			environment: { PATH: `${folder}:${process.env.PATH}` },
		});
		expect((await terraform.version()).version).toBe(version);
	});

	test('fails when a fake terraform prints no version', async () => {
		const folder = createTemporaryDirectory();
		writeFileSync(join(folder, 'terraform'), '#!/bin/sh\necho hello\n');
		chmodSync(join(folder, 'terraform'), 0o755);
		const terraform = createRootModule(quick, {
			environment: { PATH: `${folder}:${process.env.PATH}` },
		});
		expect((await getError(terraform.version())).message).toContain(
			'did not print a Terraform version',
		);
	});

	test('reports an invalid configuration with location and snippet', async () => {
		const terraform = createRootModule('resource "terraform_data" "x" {\n  inpt = 1\n}\n');
		const events: EngineEvent[] = [];
		const planned = drainEvents(terraform.plan('p'), (event) => events.push(event));
		const error = await getError(planned);
		expect(events).toContainEqual({
			type: 'diagnostic',
			step: 'install',
			diagnostic: expect.objectContaining({
				summary: 'Unsupported argument',
				range: 'main.tf:2:3',
				snippet: '  inpt = 1',
			}),
		});
		expect(error.facts.details?.join('\n')).toContain('main.tf:2:3');
		expect(existsSync(join(terraform.folder, 'p'))).toBe(false);
	});

	test('reports a provider that is missing in an empty mirror', async () => {
		const pluginDir = createTemporaryDirectory();
		const wanted =
			'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\nprovider "aws" {}\n';
		const error = await getError(drainEvents(createRootModule(wanted, { pluginDir }).init()));
		expect(error.message).toContain(`no suitable provider in the mirror ${pluginDir}`);
	});

	test('reports a lock that does not exist when unlocking', async () => {
		const terraform = createRootModule(quick);
		const error = await getError(terraform.forceUnlock('00000000-0000-0000-0000-000000000000'));
		expect(error.message).toContain('not locked');
	});
});
