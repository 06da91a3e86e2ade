import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
	hideSecretsIn,
	hideSecretsOf,
	hideSecretsOfRecord,
} from '../../source/commands/hidden-variables.ts';
import { childEnvironment, startedWith } from '../../source/engine/child-environment.ts';
import { SecretRegistry } from '../../source/engine/secrets.ts';
import { recallRecord, Session } from '../../source/engine/session/session.ts';

const home = mkdtempSync(join(tmpdir(), 'hidden-variables-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const KEY = 'settings.db_password';

it('hides only the environment variables of secret answers', () => {
	process.env.CANARY_ONE = 'canary';
	process.env.CANARY_TAG = 'no secret';
	const names = hideSecretsIn({ [KEY]: { env: 'CANARY_ONE' }, tags: { env: 'CANARY_TAG' } });
	expect(names).toEqual(['CANARY_ONE']);
	expect(process.env.CANARY_ONE).toBeUndefined();
	expect(process.env.CANARY_TAG).toBe('no secret');
	expect(startedWith().CANARY_ONE).toBe('canary');
});

it('still hides the variables of replaced answers in a later run', () => {
	const secrets = new SecretRegistry();
	const session = Session.open({ home, name: 'acme', practice: false, secrets });
	session.change({ answers: { [KEY]: { env: 'CANARY_FIRST' } } });
	hideSecretsOf({ [KEY]: { env: 'CANARY_SECOND' } }, session);
	session.change({ answers: { [KEY]: { env: 'CANARY_SECOND' } } });
	hideSecretsOf({ [KEY]: { command: 'pass show db' } }, session);
	session.change({ answers: { [KEY]: { command: 'pass show db' } } });
	session.close();
	const names = hideSecretsOfRecord(recallRecord(home, 'acme'));
	expect(new Set(names)).toEqual(new Set(['CANARY_FIRST', 'CANARY_SECOND']));
	const inherited = { CANARY_FIRST: 'canary', CANARY_SECOND: 'canary', OWN: 'own' };
	expect(childEnvironment({ for: 'operator', inherited })).toEqual({ OWN: 'own' });
});

it('writes to the journal only for new variables', () => {
	const secrets = new SecretRegistry();
	const session = Session.open({ home, name: 'quiet', practice: false, secrets });
	const before = session.journal.read().length;
	hideSecretsOf({ [KEY]: { generate: {} } }, session);
	expect(session.journal.read().length).toBe(before);
	hideSecretsOf({ [KEY]: { env: 'CANARY_THIRD' } }, session);
	hideSecretsOf({ [KEY]: { env: 'CANARY_THIRD' } }, session);
	expect(session.journal.read().length).toBe(before + 1);
	session.close();
});
