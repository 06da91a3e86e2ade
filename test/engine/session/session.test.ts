import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import { SecretRegistry } from '../../../source/engine/secret-registry.ts';
import {
	assertSessionName,
	readSessionRecord,
	removeSessionDirectory,
	Session,
} from '../../../source/engine/session/session.ts';
import { buildSessionPaths } from '../../../source/engine/session/session-directories.ts';
import { guardReadsOfWithheldOutputs } from '../../../source/engine/session/session-record.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';

const home = createDirectoryForEachTest();
let secrets: SecretRegistry;

beforeEach(() => {
	secrets = new SecretRegistry();
});

const open = (practice = false) => Session.open({ home, name: 'acme', practice, secrets });
const file = () => join(home, 'sessions/acme/session.json');
const journal = () => join(home, 'sessions/acme/journal.jsonl');

function refusal(work: () => unknown): WizardError {
	try {
		work();
	} catch (thrown) {
		if (thrown instanceof WizardError) return thrown;
		throw thrown;
	}
	throw new Error('it was not refused');
}

/** Creates a session with answers, a step and a note, and closes it. */
function begun(): void {
	const session = open();
	session.change({ answers: { region: 'us-west-2' }, baseFolder: '/somewhere' });
	session.changeStep('preflight', { state: 'done', summary: 'fine', outputs: { account: '1' } });
	session.note('state.bucket', 'acme-state');
	session.close();
}

const remembered = {
	version: 1,
	name: 'acme',
	practice: false,
	answers: { region: 'us-west-2' },
	baseFolder: '/somewhere',
	steps: { preflight: { state: 'done', summary: 'fine', outputs: { account: '1' } } },
	notes: { 'state.bucket': 'acme-state' },
};

describe('a session', () => {
	it('is created with directories and files for its owner only', () => {
		const session = open();
		expect(session.resumed).toBe(false);
		expect(session.warnings).toEqual([]);
		for (const folder of Object.values(session.folders))
			expect(statSync(folder).mode & 0o777).toBe(0o700);
		for (const path of [file(), journal(), join(session.folders.root, 'lock')])
			expect(statSync(path).mode & 0o777).toBe(0o600);
		session.close();
		expect(existsSync(join(session.folders.root, 'lock'))).toBe(false);
	});

	it('restricts a directory that others could read', () => {
		begun();
		chmodSync(buildSessionPaths(home, 'acme').root, 0o755);
		open().close();
		expect(statSync(buildSessionPaths(home, 'acme').root).mode & 0o777).toBe(0o700);
	});

	it('stores answers, steps and notes, and reports that it was resumed', () => {
		begun();
		const session = open();
		expect(session.resumed).toBe(true);
		expect(session.record).toMatchObject(remembered);
		session.note('state.bucket', undefined);
		session.changeStep('preflight', { state: 'running' });
		session.close();
		expect(readSessionRecord(home, 'acme')?.notes).toEqual({});
		expect(readSessionRecord(home, 'acme')?.steps.preflight).toMatchObject({
			state: 'running',
			summary: 'fine',
		});
	});

	it('treats keys with dots as keys, not as paths', () => {
		const session = open();
		session.note('init.network', 'x');
		expect(session.record.notes).toEqual({ 'init.network': 'x' });
		session.close();
	});

	it('rejects answers that contain a secret and writes none', () => {
		secrets.add('hunter2-hunter2', 'settings.db_password (environment variable DB)');
		const session = open();
		const refusals = [
			refusal(() => session.change({ answers: { 'settings.fqdn': 'x-hunter2-hunter2-y' } })),
			refusal(() => session.change({ answers: { tags: { 'Hunter2-Hunter2': 'x' } } })),
		];
		expect(refusals.map(({ message }) => message)).toEqual([
			'settings.fqdn contains the value of settings.db_password (environment variable DB).',
			'tags contains the value of settings.db_password (environment variable DB).',
		]);
		session.changeStep('install', { state: 'failed', summary: 'said hunter2-hunter2' });
		session.close();
		for (const path of [file(), journal()])
			expect(readFileSync(path, 'utf8')).not.toContain('hunter2');
	});

	it('records the installation without the outputs that contain a secret', () => {
		const secret = 'settings.db_password (environment variable DB)';
		secrets.add('amazonaws', secret);
		const session = open();
		const outputs = { url: 'https://tfe', host: 'db.rds.amazonaws.com', names: ['AMAZONAWS'] };
		const withheld = { host: secret, names: secret };
		expect(session.installed('install', 'installed', outputs)).toEqual(withheld);
		session.changeStep('install', { state: 'failed' });
		session.close();
		for (const kept of [session.record.installed, session.record.steps.install])
			expect(kept).toMatchObject({ outputs: { url: 'https://tfe' }, withheld });
		for (const path of [file(), journal()])
			expect(readFileSync(path, 'utf8')).not.toMatch(/amazonaws|•/i);
		const readable = guardReadsOfWithheldOutputs(
			'install',
			session.record.installed ?? {},
			'tfe-wizard x',
		);
		expect(Object.keys(readable)).toEqual(['url']);
		expect(refusal(() => readable.host).message).toBe(
			`The output host of install is required, but it is not stored because it contains the value of ${secret}.`,
		);

		const again = Session.open({
			...{ home, name: 'acme', practice: false, secrets: new SecretRegistry() },
		});
		again.installed('install', 'installed', outputs);
		expect(again.record.installed).toMatchObject({ outputs });
		expect(again.record.installed).not.toHaveProperty('withheld');
		expect(again.record.steps.install).not.toHaveProperty('withheld');
		again.close();
	});

	it('writes each change to the journal first', () => {
		begun();
		const session = open();
		// With a directory in its place the file cannot be written, but the journal can.
		rmSync(file());
		mkdirSync(file());
		expect(() => session.change({ notes: { later: 'x' } })).toThrow();
		expect(session.journal.read().at(-1)).toMatchObject({ change: { notes: { later: 'x' } } });
		session.close();
	});

	it('is held by one run at a time and released when opening fails', () => {
		const session = open();
		expect(refusal(() => open()).exitCode).toBe(7);
		session.close();
		expect(refusal(() => open(true)).exitCode).toBe(6);
		open().close();
	});

	it('is removed with everything in it', () => {
		begun();
		removeSessionDirectory(home, 'acme');
		expect(readdirSync(join(home, 'sessions'))).toEqual([]);
	});
});

describe('separation of practice and real sessions', () => {
	it('rejects a practice session for a real installation', () => {
		open(true).close();
		const error = refusal(() => open(false));
		expect(error.exitCode).toBe(6);
		expect(error.message).toContain('is a practice session');
		expect(error.facts.next).toEqual(['tfe-wizard practice --session acme']);
	});

	it('rejects a real session in practice mode', () => {
		open(false).close();
		const error = refusal(() => open(true));
		expect(error.exitCode).toBe(6);
		expect(error.message).toContain('belongs to a real account');
	});

	it('does not move a damaged file when the journal belongs to the other kind', () => {
		begun();
		writeFileSync(file(), '{');
		expect(refusal(() => open(true)).message).toContain('belongs to a real account');
		expect(readFileSync(file(), 'utf8')).toBe('{');
	});
});

describe('a damaged session file', () => {
	it.each([
		['truncated', '{"version":1,"name":"ac'],
		['empty', ''],
		['with another schema', '{"version":1,"name":"acme","steps":[]}'],
		['null', 'null'],
	])('that is %s is rebuilt from the journal and renamed, with a warning', (_, text) => {
		begun();
		const before = readSessionRecord(home, 'acme');
		writeFileSync(file(), text);
		expect(readSessionRecord(home, 'acme')).toEqual(before);
		expect(readFileSync(file(), 'utf8')).toBe(text);
		const session = open();
		expect(session.record).toMatchObject(remembered);
		expect(session.resumed).toBe(true);
		expect(session.warnings).toEqual([
			`${file()} was damaged. It was renamed to ${file()}.damaged-1, and the session was rebuilt from its journal.`,
		]);
		session.close();
		expect(readFileSync(`${file()}.damaged-1`, 'utf8')).toBe(text);
		expect(readSessionRecord(home, 'acme')).toMatchObject(remembered);
		expect(open().warnings).toEqual([]);
	});

	it('keeps both copies when it is damaged twice', () => {
		begun();
		for (const text of ['{', '[']) {
			writeFileSync(file(), text);
			open().close();
		}
		expect(readFileSync(`${file()}.damaged-1`, 'utf8')).toBe('{');
		expect(readFileSync(`${file()}.damaged-2`, 'utf8')).toBe('[');
	});

	it('is rebuilt when it is missing', () => {
		begun();
		rmSync(file());
		const session = open();
		expect(session.record).toMatchObject(remembered);
		expect(session.warnings).toEqual([`${file()} was missing; it was rebuilt from the journal.`]);
		session.close();
	});

	it.each([
		['damaged', () => writeFileSync(file(), '{')],
		['missing', () => rmSync(file())],
	])('that is %s is rejected unchanged when the journal is incomplete', (word, damage) => {
		begun();
		damage();
		const lines = readFileSync(journal(), 'utf8').split('\n');
		const rest = `${['{"time":', ...lines.slice(1)].join('\n')}`;
		writeFileSync(journal(), rest);
		for (const look of [() => readSessionRecord(home, 'acme'), () => open()]) {
			const error = refusal(look);
			expect(error.exitCode).toBe(6);
			expect(error.message).toContain(`is ${word}, and its journal is incomplete`);
			expect(error.facts.details).toContain(`journal: ${journal()}`);
			expect(error.facts.next?.[0]).toContain(file());
		}
		expect(readFileSync(journal(), 'utf8')).toBe(rest);
		expect(existsSync(`${file()}.damaged-1`)).toBe(false);
	});

	it('is rebuilt from the last intact entries of a damaged journal', () => {
		begun();
		writeFileSync(file(), '{');
		const lines = readFileSync(journal(), 'utf8').split('\n');
		lines.splice(2, 1, '{"time":"20');
		writeFileSync(journal(), lines.join('\n'));
		const session = open();
		expect(session.record.answers).toEqual(remembered.answers);
		expect(session.record.notes).toEqual(remembered.notes);
		session.close();
	});

	it('starts a new session when a crash left no complete journal entry', () => {
		open().close();
		rmSync(file());
		writeFileSync(journal(), '{"time":"2026');
		const session = open();
		expect(session.resumed).toBe(false);
		session.close();
		rmSync(file());
		expect(open().resumed).toBe(true);
	});
});

it('rejects a session of a newer version without changing it', () => {
	begun();
	const newer = readFileSync(file(), 'utf8').replace(/("version":\s*)1/, '$12');
	expect(newer).toMatch(/"version":\s*2/);
	writeFileSync(file(), newer);
	for (const look of [() => readSessionRecord(home, 'acme'), () => open()]) {
		const error = refusal(look);
		expect(error.exitCode).toBe(6);
		expect(error.message).toContain('written by a newer tfe-wizard (session version 2)');
		expect(error.facts.expected).toBe('session version 1');
	}
	expect(readFileSync(file(), 'utf8')).toBe(newer);
});

it('returns undefined for a session that does not exist', () => {
	expect(readSessionRecord(home, 'acme')).toBeUndefined();
	expect(readdirSync(home)).toEqual([]);
});

it.each(['', '.', '..', '-x', 'a/b', '../x', 'a b', 'ü', 'a'.repeat(64), 'a\n'])(
	'rejects the session name %j',
	(name) => {
		expect(refusal(() => assertSessionName(name)).exitCode).toBe(2);
	},
);

it.each(['default', 'acme-prod', 'a', '1.2_3', 'a'.repeat(63)])(
	'accepts the session name %j',
	(name) => {
		expect(() => assertSessionName(name)).not.toThrow();
	},
);

it('keeps the date of an installation until it is destroyed', () => {
	const session = Session.open({ home, name: 'dated', practice: false, secrets });
	session.installed('install', 'there', { url: 'https://a' });
	const first = session.record.installed?.at ?? '';
	session.change({ installed: { at: '2026-01-01T00:00:00.000Z', answers: '', outputs: {} } });
	session.installed('install', 'there', { url: 'https://b' });
	expect(first).toMatch(/^\d{4}-/);
	expect(session.record.installed).toMatchObject({
		at: '2026-01-01T00:00:00.000Z',
		outputs: { url: 'https://b' },
	});
	session.uninstalled(['install']);
	session.installed('install', 'there', {});
	expect(session.record.installed?.at).not.toBe('2026-01-01T00:00:00.000Z');
	session.close();
});
