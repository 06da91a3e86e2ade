import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecretsInAnswers } from '../../../source/engine/answers/find-secrets-in-answers.ts';
import { WizardError } from '../../../source/engine/errors.ts';
import { SecretRegistry } from '../../../source/engine/secret-registry.ts';
import { readSessionRecord, Session } from '../../../source/engine/session/session.ts';
import { buildSessionPaths } from '../../../source/engine/session/session-directories.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';

const NAME = 'settings.db_password (environment variable DB)';

const home = createDirectoryForEachTest();

function knowing(secret: string): SecretRegistry {
	const secrets = new SecretRegistry();
	secrets.add(secret, NAME);
	return secrets;
}

/** All bytes in all files of the session. */
function filesOf(name: string): string {
	const { root } = buildSessionPaths(home, name);
	return readdirSync(root, { recursive: true, encoding: 'utf8' })
		.map((path) => join(root, path))
		.filter((path) => statSync(path).isFile())
		.map((path) => readFileSync(path, 'utf8'))
		.join('\n');
}

const word = fc.string({ unit: fc.constantFrom(...'abcABC019-_:.'), maxLength: 12 });
const secret = fc.string({ unit: fc.constantFrom(...'abcABC019-_:'), minLength: 4, maxLength: 12 });
const encodings: ((text: string) => string)[] = [
	(text) => text,
	(text) => text.toUpperCase(),
	(text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
	(text) => Buffer.from(text).toString('hex'),
	(text) => encodeURIComponent(text),
];
/** A text that may contain the secret, in some encoding. */
const textWith = (value: string) =>
	fc
		.tuple(word, fc.constantFrom('', ...encodings.map((encode) => encode(value))), word)
		.map((parts) => parts.join(''));
const valueWith = (value: string) =>
	fc.oneof(
		textWith(value),
		fc.array(textWith(value), { maxLength: 3 }),
		fc.dictionary(textWith(value), textWith(value), { maxKeys: 2 }),
		fc.integer(),
		fc.boolean(),
	);
const secretAndAnswers = secret.chain((value) =>
	fc.tuple(
		fc.constant(value),
		fc.dictionary(fc.constantFrom('zone', 'names', 'x.y', 'q'), valueWith(value)),
	),
);

describe('answers that may contain a secret', () => {
	it('are either rejected or read back unchanged, with the secret in no file', () => {
		let nth = 0;
		fc.assert(
			fc.property(secretAndAnswers, ([value, answers]) => {
				nth += 1;
				const name = `s${nth}`;
				const session = Session.open({ home, name, practice: false, secrets: knowing(value) });
				let refused: unknown;
				try {
					session.change({ answers });
				} catch (thrown) {
					refused = thrown;
				} finally {
					session.close();
				}
				const plain = JSON.stringify(answers);
				if (refused === undefined) {
					expect(readSessionRecord(home, name)?.answers).toEqual(JSON.parse(plain));
					expect(plain).not.toContain(value);
				} else {
					expect(refused).toBeInstanceOf(WizardError);
					const { message, facts } = refused as WizardError;
					expect(message).toContain(NAME);
					expect([message, ...(facts.details ?? [])].join()).not.toMatch(/•/);
					expect(readSessionRecord(home, name)?.answers).toEqual({});
					// Shorter values can match the program's own text or timestamps in the session file.
					if (value.length >= 8) expect(filesOf(name)).not.toContain(value);
				}
				rmSync(buildSessionPaths(home, name).root, { recursive: true });
			}),
			{ numRuns: 150 },
		);
	});

	it('are restored when a session is rebuilt from its journal', () => {
		const session = Session.open({
			home,
			name: 'a',
			practice: false,
			secrets: knowing('tfe-state'),
		});
		session.change({ answers: { zone: 'host-tfe-data' } });
		session.note('stack.install', { folder: '/srv/tfe-state' });
		session.close();
		rmSync(join(buildSessionPaths(home, 'a').root, 'session.json'));
		expect(readSessionRecord(home, 'a')).toMatchObject({
			answers: { zone: 'host-tfe-data' },
			notes: { 'stack.install': { folder: '/srv/tfe-state' } },
		});
	});
});

describe('secretsInAnswers', () => {
	const found = (value: string, answers: object, names: Record<string, string> = {}) =>
		findSecretsInAnswers(answers as Record<string, unknown>, knowing(value), names).map(
			({ key, message }) => `${key} ${message}`,
		);

	it('finds a secret in a bucket name, a list, a map and its keys, and a number', () => {
		expect(found('tfe-state', { bucket: 'host-tfe-state' })).toEqual([
			`bucket contains the value of ${NAME}`,
		]);
		expect(found('tfe-state', { a: ['x', 'host-tfe-state'] })).toHaveLength(1);
		expect(found('tfe-state', { a: { 'my-tfe-state': 1 } })).toHaveLength(1);
		expect(found('tfe-state', { a: { b: { c: 'tfe-state' } } })).toHaveLength(1);
		expect(found('12345678', { a: 12345678 })).toHaveLength(1);
	});

	it('finds a secret in a key and in the session name', () => {
		expect(found('settings', { 'settings.fqdn': 'x' })).toEqual([
			`settings.fqdn has a name that contains the value of ${NAME}`,
		]);
		expect(found('production', {}, { 'the session name': 'acme-production' })).toEqual([
			`the session name contains the value of ${NAME}`,
		]);
	});

	it('finds a secret in its own reference', () => {
		const answers = { 'settings.db_password': { command: 'echo hunter2-hunter2' } };
		expect(found('hunter2-hunter2', answers)).toEqual([
			'settings.db_password contains the secret itself instead of a reference to it',
		]);
	});

	it('finds nothing when no answer contains the secret', () => {
		expect(found('hunter2-hunter2', { a: 'hunter2', b: [1, true, null] })).toEqual([]);
	});
});
