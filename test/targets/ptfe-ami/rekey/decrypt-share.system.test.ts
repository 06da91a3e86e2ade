import { describe, expect, it } from 'vitest';
import { excludeFromChildEnvironments } from '../../../../source/engine/child-environment.ts';
import { WizardError } from '../../../../source/engine/errors.ts';
import type { Context } from '../../../../source/steps/step-context.ts';
import { createShareDecryptOptions } from '../../../../source/targets/ptfe-ami/rekey/decrypt-share.ts';

const SHARE = Buffer.alloc(33, 0xa7);

/** A context whose answers name that command. */
function contextWith(words: readonly string[]): Context {
	return {
		answers: {
			'rekey.custodians.open_with': words,
			'settings.db_password': { env: 'CANARY_DB' },
		},
		services: {
			baseFolder: '/',
			environment: { PATH: process.env.PATH, VAULT_TOKEN: 's.canary', CANARY_DB: 'db', OWN: 'own' },
		},
		session: { name: 'acme' },
		cancel: { hard: new AbortController().signal },
	} as unknown as Context;
}

const open = (...words: string[]) =>
	createShareDecryptOptions(contextWith(words)).decrypt?.('ann', '/kept/a share.gpg');

describe('the command that decrypts a share', () => {
	it('is undefined if the answers do not set one', () => {
		expect(createShareDecryptOptions(contextWith([]))).toEqual({});
	});

	it('receives names and files as separate arguments, without a shell', async () => {
		const share = await open('printf', '%s|%s|%s', '{custodian}', '{file}', '$(id)');
		expect(share?.use((bytes) => bytes.toString())).toBe('ann|/kept/a share.gpg|$(id)');
	});

	it('receives the environment of the operator without the Vault token and the database password', async () => {
		excludeFromChildEnvironments(['CANARY_DB']);
		const share = await open(
			'sh',
			'-c',
			'test -n "$PATH" && printf "path|%s|%s" "$VAULT_TOKEN$CANARY_DB" "$OWN"',
			'{file}',
		);
		expect(share?.use((bytes) => bytes.toString())).toBe('path||own');
	});

	it.each([
		['hex', SHARE.toString('hex')],
		['base64', SHARE.toString('base64')],
	])(
		'is reported with its last output if it fails, without anything that looks like a share: %s',
		async (_, text) => {
			const script = `printf '%s' '${text}'; echo "+ printf '${text}' > /dev/card" >&2; exit 3`;
			const error = await open('sh', '-c', script, '{file}')?.catch((thrown: unknown) => thrown);
			expect(error).toBeInstanceOf(WizardError);
			const { message, facts } = error as WizardError;
			expect(message).toBe('rekey.custodians.open_with: the command for ann exited with status 3.');
			expect(facts.details).toEqual(["| + printf '[hidden]' > /dev/card"]);
			expect(facts.next?.at(-1)).toBe('tfe-wizard rekey --session acme');
		},
	);

	it('does not mask paths in the output', async () => {
		const path = '/var/lib/operators-of-the-installation/sessions/default/rekey/share-1-ann.gpg';
		const error = await open('sh', '-c', `echo "no ${path}" >&2; exit 2`)?.catch((e: unknown) => e);
		expect((error as WizardError).facts.details).toEqual([`| no ${path}`]);
	});
});
