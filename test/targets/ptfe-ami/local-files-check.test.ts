import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ptfeAmiChecks } from '../../../source/targets/ptfe-ami/preflight-checks.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';

const folder = createDirectoryForEachTest();
const check = ptfeAmiChecks.find(({ id }) => id === 'local-files');
const put = (name: string, from: string) =>
	copyFileSync(
		fileURLToPath(new URL(`../../fixtures/pgp/${from}`, import.meta.url)),
		join(folder, name),
	);

function run(changes: Record<string, unknown> = {}, notes: Record<string, unknown> = {}) {
	const answers = {
		instance: 'ssh',
		'instance.ssh.config': '',
		rekey: 'custodians',
		'rekey.custodians.people': { ann: 'ann.asc', ben: '' },
		'rekey.custodians.threshold': 2,
		'rekey.custodians.open_with': [],
		...changes,
	};
	const { signal } = new AbortController();
	const context = {
		answers,
		services: { baseFolder: folder, environment: { PATH: folder } },
		session: { record: { notes } },
		cancel: { gentle: signal, hard: signal },
	};
	return check?.run(context as never, {} as never);
}

it('passes when every key file is valid', async () => {
	put('ann.asc', 'alice.asc');
	expect(await run()).toMatchObject({
		result: 'pass',
		found: expect.stringContaining('1 public key'),
	});
});

it('rejects a key file that does not exist or is expired', async () => {
	await expect(run()).rejects.toMatchObject({
		facts: { details: [expect.stringContaining('ann.asc does not exist')] },
	});
	put('ann.asc', 'expired.asc');
	await expect(run()).rejects.toMatchObject({
		facts: { details: [expect.stringContaining('expired')] },
	});
});

it('fails on an SSH configuration or a decrypt command that does not exist', async () => {
	put('ann.asc', 'alice.asc');
	const found = await run({
		'instance.ssh.config': 'ssh_config',
		'rekey.custodians.open_with': ['gpg2', '{file}'],
	});
	expect(found).toMatchObject({ result: 'fail' });
	expect(found?.found).toContain(`instance.ssh.config: ${folder}/ssh_config does not exist`);
	expect(found?.found).toContain('the program gpg2 was not found on PATH');
	writeFileSync(join(folder, 'gpg2'), '', { mode: 0o755 });
	writeFileSync(join(folder, 'ssh_config'), '');
	expect(
		await run({
			'instance.ssh.config': 'ssh_config',
			'rekey.custodians.open_with': ['gpg2', '{file}'],
		}),
	).toMatchObject({ result: 'pass' });
});

it('does not apply to an installation without SSH and rekey', async () => {
	expect(await run({ instance: 'none', rekey: undefined })).toMatchObject({ result: 'pass' });
});
