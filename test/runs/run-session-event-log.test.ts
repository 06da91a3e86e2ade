import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../source/engine/events.ts';
import { limits } from '../../source/engine/limits.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import { openEventLog, withEventLog } from '../../source/runs/run-session.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

async function write(folder: string, text: string, mostBytes: number): Promise<void> {
	const file = openEventLog(folder, mostBytes);
	file?.end(text);
	if (file !== undefined) await once(file, 'close');
}

test('an oversized event log is rotated when a run starts, and only one old log is kept', async () => {
	const folder = createTemporaryDirectory();
	const text = (name: string) => readFileSync(join(folder, name), 'utf8');
	for (const run of ['first\n', 'second\n']) await write(folder, run, 10);
	expect(text('events.jsonl')).toBe('first\nsecond\n');
	await write(folder, 'third, longer\n', 10);
	expect([text('events-1.jsonl'), text('events.jsonl')]).toEqual([
		'first\nsecond\n',
		'third, longer\n',
	]);
	await write(folder, 'fourth\n', 10);
	expect(text('events-1.jsonl')).toBe('third, longer\n');
	expect(readdirSync(folder).sort()).toEqual(['events-1.jsonl', 'events.jsonl']);
	expect(statSync(join(folder, 'events.jsonl')).mode & 0o777).toBe(0o600);
});

test('a run rotates an event log above the size limit', async () => {
	const secrets = new SecretRegistry();
	const session = Session.open({
		home: createTemporaryDirectory(),
		name: 'long',
		practice: false,
		secrets,
	});
	const { logs } = session.folders;
	writeFileSync(join(logs, 'events.jsonl'), Buffer.alloc(limits.eventLogBytes + 1, 'x'));
	async function* run(): AsyncGenerator<EngineEvent> {
		yield { type: 'note', level: 'info', text: 'of this run' };
	}
	for await (const _ of withEventLog(session, secrets, run()));
	session.close();
	await expect
		.poll(() => readFileSync(join(logs, 'events.jsonl'), 'utf8'))
		.toMatch(/^\{.*of this run.*\}\n$/);
	expect(statSync(join(logs, 'events-1.jsonl')).size).toBe(limits.eventLogBytes + 1);
});

test('a named pipe as event log is rejected, and a missing directory only disables the log', () => {
	const folder = createTemporaryDirectory();
	execFileSync('mkfifo', [join(folder, 'events.jsonl')]);
	expect(() => openEventLog(folder)).toThrow('is a named pipe');
	expect(openEventLog(join(folder, 'missing'))).toBeUndefined();
	const other = join(folder, 'other');
	mkdirSync(join(other, 'events.jsonl'), { recursive: true });
	expect(openEventLog(other)).toBeUndefined();
});
