import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WizardError } from '../../source/engine/errors.ts';
import { Terraform } from '../../source/terraform/driver.ts';
import type { TerraformOptions } from '../../source/terraform/terraform-process.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { driverDefaults } from './drain-events.ts';

export { drainEvents, driverDefaults } from './drain-events.ts';

const fixtures = new URL('../fixtures/terraform/', import.meta.url);

/** Reads recorded output of real terraform. */
export function readFixture(name: string): string {
	return readFileSync(new URL(name, fixtures), 'utf8');
}

export function getFixturePath(name: string): string {
	return fileURLToPath(new URL(name, fixtures));
}

export function readFixtureLines(name: string): string[] {
	return readFixture(name)
		.split('\n')
		.filter((line) => line !== '');
}

export type DriverOverrides = Partial<TerraformOptions>;

/**
 * Creates a driver for a root module with this configuration, in its own directory with its own
 * logs.
 */
export function createRootModule(
	configuration: string,
	overrides: DriverOverrides = {},
): Terraform {
	const base = createTemporaryDirectory();
	const folder = join(base, 'root');
	mkdirSync(folder);
	writeFileSync(join(folder, 'main.tf'), configuration);
	return new Terraform({ ...driverDefaults, folder, logFolder: join(base, 'logs'), ...overrides });
}

/** Creates a second driver for the same root module. */
export function createDriverFor(terraform: Terraform, overrides: DriverOverrides = {}): Terraform {
	const { folder, logFolder } = terraform;
	return new Terraform({ ...driverDefaults, folder, logFolder, ...overrides });
}

/** The WizardError that the promise rejects with; anything else fails the test. */
export async function getError(promise: Promise<unknown>): Promise<WizardError> {
	try {
		await promise;
	} catch (error) {
		if (error instanceof WizardError) return error;
		throw error;
	}
	throw new Error('It did not fail.');
}
