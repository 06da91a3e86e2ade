import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
	getEmulatedVaultProgram,
	selectPracticeVaultProgram,
	VAULT_VARIABLE,
} from '../../source/practice/select-vault-program.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const folder = createTemporaryDirectory();

/** A program that always prints one line. */
function program(name: string, line: string): string {
	const path = join(folder, name);
	writeFileSync(path, `#!/bin/sh\necho '${line}'\n`);
	chmodSync(path, 0o755);
	return path;
}

describe('selectPracticeVaultProgram', () => {
	it('prefers the Vault of the environment variable', async () => {
		const named = program('named', 'OpenBao v2.4.1 (abc), built 2025-09-01T00:00:00Z');
		program('vault', 'Vault v1.13.0');
		const found = await selectPracticeVaultProgram({ PATH: folder, [VAULT_VARIABLE]: named });
		expect(found).toEqual({
			kind: 'real',
			command: [named],
			description: `OpenBao v2.4.1 at ${named}`,
		});
	});

	it.each([
		['a missing file', () => join(folder, 'missing')],
		['a name alone', () => 'vault'],
		['another program', () => program('another', 'nothing of Vault')],
	])('refuses a variable that does not point to a Vault: %s', async (_, setting) => {
		const named = setting();
		await expect(
			selectPracticeVaultProgram({ PATH: '/bin', [VAULT_VARIABLE]: named }),
		).rejects.toMatchObject({
			fault: 'usage',
		});
	});

	it('prefers vault on PATH to bao, and skips other programs of that name', async () => {
		const bao = program('bao', 'OpenBao v2.4.1');
		const vault = program('vault', 'Vault v1.13.0 (abc), built 2023');
		const environment = { PATH: folder };
		expect(await selectPracticeVaultProgram(environment)).toMatchObject({ command: [vault] });
		program('vault', 'a vault of another kind');
		expect(await selectPracticeVaultProgram(environment)).toMatchObject({ command: [bao] });
	});

	it('falls back to the locally built Vault, then to the emulated Vault', async () => {
		const found = await selectPracticeVaultProgram({ PATH: join(folder, 'missing') });
		if (found.kind === 'real') expect(found.command[0]).toMatch(/real-vault\/\.cache\/vault$/);
		else expect(found.description).toBe('the emulated Vault (no real Vault was found)');
	});

	it('runs the emulated Vault with the current Node', () => {
		expect(getEmulatedVaultProgram().command).toEqual([
			process.execPath,
			expect.stringMatching(/\/scripts\/emulated-vault\.ts$/),
		]);
	});
});
