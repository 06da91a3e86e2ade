import { expect, it } from 'vitest';
import {
	buildChildEnvironment,
	getInitialEnvironment,
} from '../../source/engine/child-environment.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { readSessionRecord, Session } from '../../source/engine/session/session.ts';
import {
	excludeAndRecordVariableNames,
	excludeAnswerVariablesFromChildren,
} from '../../source/runs/load-answers.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const home = createTemporaryDirectory();

const KEY = 'settings.db_password';

it('hides only the environment variables of secret answers', () => {
	process.env.CANARY_ONE = 'canary';
	process.env.CANARY_TAG = 'no secret';
	const names = excludeAnswerVariablesFromChildren({
		[KEY]: { env: 'CANARY_ONE' },
		tags: { env: 'CANARY_TAG' },
	});
	expect(names).toEqual(['CANARY_ONE']);
	expect(process.env.CANARY_ONE).toBeUndefined();
	expect(process.env.CANARY_TAG).toBe('no secret');
	delete process.env.CANARY_TAG;
	expect(getInitialEnvironment().CANARY_ONE).toBe('canary');
});

it('still hides the variables of replaced answers in a later run', () => {
	const secrets = new SecretRegistry();
	const session = Session.open({ home, name: 'acme', practice: false, secrets });
	session.change({ answers: { [KEY]: { env: 'CANARY_FIRST' } } });
	excludeAndRecordVariableNames({ [KEY]: { env: 'CANARY_SECOND' } }, session);
	session.change({ answers: { [KEY]: { env: 'CANARY_SECOND' } } });
	excludeAndRecordVariableNames({ [KEY]: { command: 'pass show db' } }, session);
	session.change({ answers: { [KEY]: { command: 'pass show db' } } });
	session.close();
	const names = excludeAnswerVariablesFromChildren({}, readSessionRecord(home, 'acme'));
	expect(new Set(names)).toEqual(new Set(['CANARY_FIRST', 'CANARY_SECOND']));
	const inherited = { CANARY_FIRST: 'canary', CANARY_SECOND: 'canary', OWN: 'own' };
	expect(buildChildEnvironment({ for: 'operator', inherited })).toEqual({ OWN: 'own' });
});

it('writes to the journal only for new variables', () => {
	const secrets = new SecretRegistry();
	const session = Session.open({ home, name: 'quiet', practice: false, secrets });
	const before = session.journal.read().length;
	excludeAndRecordVariableNames({ [KEY]: { generate: {} } }, session);
	expect(session.journal.read().length).toBe(before);
	excludeAndRecordVariableNames({ [KEY]: { env: 'CANARY_THIRD' } }, session);
	excludeAndRecordVariableNames({ [KEY]: { env: 'CANARY_THIRD' } }, session);
	expect(session.journal.read().length).toBe(before + 1);
	session.close();
});
