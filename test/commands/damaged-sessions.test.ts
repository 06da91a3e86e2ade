import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../source/commands/run-command-line.ts';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import { buildSessionPaths } from '../../source/engine/session/session-directories.ts';
import { createWelcomeScreen } from '../../source/wizard/wizard-app.ts';
import { splitShellWords } from '../helpers/split-shell-words.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';
import { captureCommand } from './capture-command.ts';

const home = createDirectoryForEachTest();

const root = () => buildSessionPaths(home, 'sc').root;
const file = (name: string) => join(root(), name);
const run = (...argv: string[]) => captureCommand(() => runCommandLine([...argv, '--home', home]));

function made(practice = false): void {
	const session = Session.open({ home, name: 'sc', practice, secrets: new SecretRegistry() });
	session.change({ answers: { region: 'us-west-2' } });
	session.installed('install', 'done', { bucket_name: 'acme-data' });
	session.close();
}

/** Runs a printed command as a shell would parse it. */
function runPrinted(output: string, part: string) {
	const line = output.split('\n').find((one) => one.includes('tfe-wizard ') && one.includes(part));
	const command = /tfe-wizard .*/.exec(line ?? '')?.[0].replace(/ \(.*\)$/, '') ?? '';
	expect(command).toContain(`--home ${home}`);
	return captureCommand(() => runCommandLine(splitShellWords(command).slice(1)));
}

const gone = () => expect(existsSync(root())).toBe(false);

describe('a session whose file and journal are damaged', () => {
	it.each([
		['cut short', '{', 'x\n'],
		['a journal without its beginning', '{}', '{"kind":"session.changed","time":"x"}\n'],
		['without a journal', '[]', ''],
		['of an unknown version', '{"version":"2"}', 'x\n'],
	])('is reported as damaged and can be removed: %s', async (_, text, journal) => {
		made();
		writeFileSync(file('session.json'), text);
		writeFileSync(file('journal.jsonl'), journal);
		expect((await run('sessions', 'list')).out).toMatch(/^sc +damaged, and so is its journal/m);
		for (const argv of [
			['status', '--session', 'sc'],
			['sessions', 'show', 'sc'],
		]) {
			const ran = await run(...argv);
			expect(ran.code).toBe(6);
			expect(ran.err).not.toContain('rebuilds it');
			expect(ran.err).toContain('sessions remove');
		}
		const choice = createWelcomeScreen(home).choices.find(({ value }) => value === 'resume:sc');
		expect(choice?.refusal).toContain('damaged');
		const removing = await run('sessions', 'remove', 'sc', '--confirm', 'sc');
		expect(removing.code).toBe(6);
		expect(removing.err).toContain(
			'whether the session has installed anything, and with which answers, is unknown',
		);
		expect((await runPrinted(removing.err, 'sessions remove')).code).toBe(0);
		gone();
	});

	it('is removed by the command that status prints', async () => {
		made();
		writeFileSync(file('session.json'), '{');
		writeFileSync(file('journal.jsonl'), 'x\n');
		const ran = await run('status', '--session', 'sc');
		expect((await runPrinted(ran.err, 'sessions remove')).code).toBe(0);
		gone();
	});

	it('is not removed while its practice cloud is running, which the printed command stops', async () => {
		made(true);
		// A fake practice cloud that responds to every request, like the health check of moto.
		const program = `require('http').createServer((_, a) => a.end('ok')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
		const fake = spawn(process.execPath, ['-e', program], { detached: true });
		const ended = once(fake, 'exit');
		const port = Number(String((await once(fake.stdout, 'data'))[0]));
		const pid = Number(fake.pid);
		const record = JSON.parse(readFileSync(file('session.json'), 'utf8'));
		const own = {
			endpoint: `http://127.0.0.1:${port}`,
			port,
			pid,
			startedAt: getProcessStartTime(pid),
		};
		const notes = { 'practice.cloud': { own: { ...own, logPath: '/x', how: 'fake' } } };
		writeFileSync(file('session.json'), JSON.stringify({ ...record, steps: 'x', notes }));
		writeFileSync(file('journal.jsonl'), 'x\n');
		const argv = ['sessions', 'remove', 'sc', '--with-state', '--confirm', 'sc'];
		const ran = await run(...argv);
		expect(ran.err).toContain(`kill -- -${pid} (stops it), then run: tfe-wizard sessions remove`);
		process.kill(-pid);
		await ended;
		expect((await runPrinted(ran.err, 'sessions remove')).code).toBe(0);
		gone();
	});

	it('is not removed while a rekey is known to be unfinished', async () => {
		made();
		const { notes: _, ...broken } = JSON.parse(readFileSync(file('session.json'), 'utf8'));
		const rekey = {
			...{ revision: 1, epoch: 'x', shares: 3, threshold: 2, custodians: [] },
			...{ before: { shares: 1, threshold: 1 }, committedAt: '2026-01-01T00:00:00.000Z' },
		};
		writeFileSync(
			file('session.json'),
			JSON.stringify({ ...broken, steps: 'x', notes: { rekey } }),
		);
		writeFileSync(file('journal.jsonl'), 'x\n');
		const ran = await run('sessions', 'remove', 'sc', '--confirm', 'sc');
		expect(ran.err).toContain('its rekey has not finished');
		expect(existsSync(root())).toBe(true);
	});
});

describe('a session that its journal can rebuild', () => {
	it.each([
		['practice', true, 'missing'],
		['practice', true, 'damaged'],
		['install', false, 'missing'],
		['install', false, 'damaged'],
	])('is shown, and its next command is %s', async (command, practice, how) => {
		made(practice);
		if (how === 'missing') rmSync(file('session.json'));
		else writeFileSync(file('session.json'), '{');
		expect((await run('sessions', 'list')).out).toMatch(
			new RegExp(`^sc +${how}; the next run rebuilds it`, 'm'),
		);
		const ran = await run('status', '--session', 'sc');
		expect(ran.code).toBe(0);
		expect(ran.out).toContain(`session.json is ${how}`);
		expect(ran.out).toContain(`tfe-wizard ${command} --home ${home} --session sc`);
		expect(createWelcomeScreen(home).choices.map(({ label }) => label)).toContain('Resume sc');
		expect((await run('sessions', 'remove', 'sc', '--confirm', 'sc')).code).toBe(0);
		gone();
	});
});

it('every command reports a session of a newer tfe-wizard as such', async () => {
	made();
	const record = JSON.parse(readFileSync(file('session.json'), 'utf8'));
	writeFileSync(file('session.json'), JSON.stringify({ ...record, version: 2 }));
	const words = 'written by a newer tfe-wizard (session version 2)';
	expect((await run('sessions', 'list')).out).toContain(words);
	for (const argv of [
		['status', '--session', 'sc'],
		['sessions', 'show', 'sc'],
		['sessions', 'remove', 'sc', '--confirm', 'sc', '--with-state'],
		['answers', 'export', '--session', 'sc'],
		['backups', 'list', '--session', 'sc'],
	]) {
		const ran = await run(...argv);
		expect(ran.code).toBe(6);
		expect(ran.err).toContain(words);
	}
	const choice = createWelcomeScreen(home).choices.find(({ value }) => value === 'resume:sc');
	expect(choice?.refusal).toBe(words);
});

it('an empty session directory is reported as empty and removed by the printed command', async () => {
	mkdirSync(root(), { recursive: true });
	writeFileSync(join(home, 'sessions', 'a-file'), '');
	const list = await run('sessions', 'list');
	expect(list.out).toMatch(/^sc +empty directory; it can be removed$/m);
	expect(list.out).not.toContain('a-file');
	const ran = await run('status', '--session', 'sc');
	expect(ran.err).toContain('has neither session.json nor a journal');
	expect((await runPrinted(ran.err, 'sessions remove')).code).toBe(0);
	gone();
});

describe('a note of an unknown format', () => {
	it.each([
		['rekey', 'x'],
		['rekey', { revision: 'x' }],
		['rekey', null],
		['practice.cloud', 'x'],
		['practice.cloud', { own: 1 }],
		['practice.cloud', null],
	])('causes no internal error in any command: %s: %j', async (note, value) => {
		made(true);
		const session = Session.open({
			...{ home, name: 'sc', practice: true, secrets: new SecretRegistry() },
		});
		session.note(note, value);
		session.close();
		for (const argv of [
			['status', '--session', 'sc'],
			['sessions', 'show', 'sc'],
			['sessions', 'list'],
			['backups', 'restore-guide', '--session', 'sc'],
		]) {
			const ran = await run(...argv);
			expect(`${ran.code} ${ran.err}`).toBe('0 ');
		}
		const removing = await run('sessions', 'remove', 'sc', '--confirm', 'sc');
		if (note === 'rekey') {
			expect(removing.code).toBe(6);
			expect(removing.err).toContain('the record of its rekey cannot be read');
			expect((await runPrinted(removing.err, 'sessions remove')).code).toBe(0);
		} else expect(removing.code).toBe(0);
		gone();
	});
});

describe('the next command contains the home directory', () => {
	it.each(['status', 'sessions show'])('after %s', async (command) => {
		made();
		const argv = command === 'status' ? ['status', '--session', 'sc'] : ['sessions', 'show', 'sc'];
		expect((await run(...argv)).out).toContain(`tfe-wizard install --home ${home} --session sc`);
	});

	it('after an empty list', async () => {
		expect((await run('sessions', 'list')).out).toContain(`tfe-wizard practice --home ${home}`);
	});

	it('after a failure as JSON', async () => {
		const ran = await run('status', '--session', 'none', '--output', 'json');
		expect(ran.out).toContain(`tfe-wizard sessions list --home ${home}`);
	});
});
