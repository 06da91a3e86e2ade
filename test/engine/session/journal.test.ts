import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../source/engine/session/journal.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';
import { runWithTimeRange } from '../../helpers/wait-for.ts';

const folder = createDirectoryForEachTest();
let path: string;
let journal: Journal;

beforeEach(() => {
	path = join(folder, 'journal.jsonl');
	journal = new Journal(path);
});

describe('a journal', () => {
	it('contains one JSON line per entry, in order, readable by its owner only', async () => {
		const created = await runWithTimeRange(() =>
			journal.write('session.created', { name: 'acme' }),
		);
		journal.write('apply', { stack: 'network' });
		expect(statSync(path).mode & 0o777).toBe(0o600);
		const lines = readFileSync(path, 'utf8').split('\n');
		expect(lines).toHaveLength(3);
		expect(lines[2]).toBe('');
		expect(journal.read()).toEqual([
			{ time: expect.any(String), kind: 'session.created', name: 'acme' },
			{ time: expect.any(String), kind: 'apply', stack: 'network' },
		]);
		expect(created.includes(journal.read()[0]?.time)).toBe(true);
	});

	it('is append-only', () => {
		journal.write('one');
		const before = readFileSync(path, 'utf8');
		journal.write('two');
		expect(readFileSync(path, 'utf8').startsWith(before)).toBe(true);
	});

	it('is empty when the file does not exist', () => {
		expect(journal.read()).toEqual([]);
		expect(journal.isEmpty()).toBe(true);
	});

	it('reads back any value that was written', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				journal.write('one', { value });
				expect(journal.read().at(-1)?.value).toEqual(JSON.parse(JSON.stringify(value)));
			}),
			{ numRuns: 30 },
		);
	});

	it('skips a truncated line and keeps every later entry', () => {
		journal.write('one');
		appendFileSync(path, '{"time":"2026-01-01T00:00:00.000Z","kind":"tw');
		expect(journal.read().map(({ kind }) => kind)).toEqual(['one']);
		journal.write('three');
		journal.write('four');
		expect(journal.read().map(({ kind }) => kind)).toEqual(['one', 'three', 'four']);
	});

	it('skips lines that are not entries', () => {
		writeFileSync(path, 'null\n3\n"text"\n{"kind":"no time"}\n{"time":3,"kind":"x"}\n\n');
		journal.write('one');
		expect(journal.read().map(({ kind }) => kind)).toEqual(['one']);
	});

	it('is empty until a complete line was written', () => {
		writeFileSync(path, '{"time":"2026-01-01T00:00:00.000Z","kind":"session.cre');
		expect(journal.isEmpty()).toBe(true);
		journal.write('session.created');
		expect(journal.isEmpty()).toBe(false);
	});
});
