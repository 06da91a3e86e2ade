import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	createLogTail,
	MAX_TAIL_BYTES,
	POLL_INTERVAL_MS,
} from '../../../screens/progress/log-tail.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';

const folder = createDirectoryForEachTest();
let path = '';
beforeEach(() => {
	path = join(folder, 'apply.log');
});
afterEach(() => {
	vi.useRealTimers();
});

describe('the tail of a log', () => {
	it('waits for a file that does not exist yet', async () => {
		const tail = createLogTail(path);
		await tail.poll();
		expect(tail.lines()).toEqual([]);
		writeFileSync(path, 'first\n');
		await tail.poll();
		expect(tail.lines()).toEqual(['first']);
	});

	it('follows appended text, including an incomplete line', async () => {
		writeFileSync(path, 'one\ntw');
		const tail = createLogTail(path);
		await tail.poll();
		expect(tail.lines()).toEqual(['one', 'tw']);
		appendFileSync(path, 'o\nthree\n');
		await tail.poll();
		expect(tail.lines()).toEqual(['one', 'two', 'three']);
	});

	it('joins characters that were written in parts', async () => {
		const bytes = Buffer.from('größe ✓\n');
		writeFileSync(path, bytes.subarray(0, 3));
		const tail = createLogTail(path);
		for (let end = 3; end < bytes.length; end += 1) {
			appendFileSync(path, bytes.subarray(end, end + 1));
			await tail.poll();
		}
		expect(tail.lines()).toEqual(['größe ✓']);
	});

	it('starts over when the file is truncated', async () => {
		writeFileSync(path, 'old one\nold two\n');
		const tail = createLogTail(path);
		await tail.poll();
		truncateSync(path, 0);
		await tail.poll();
		expect(tail.lines()).toEqual([]);
		appendFileSync(path, 'new\n');
		await tail.poll();
		expect(tail.lines()).toEqual(['new']);
	});

	it('follows the path when the file is replaced by a longer one', async () => {
		writeFileSync(path, 'old\n');
		const tail = createLogTail(path);
		await tail.poll();
		const other = join(folder, 'other');
		writeFileSync(other, 'masked one\nmasked two\n');
		renameSync(other, path);
		await tail.poll();
		expect(tail.lines()).toEqual(['masked one', 'masked two']);
	});

	it('reads only the end of a large file, starting at a whole line', async () => {
		const text = Array.from({ length: 100_000 }, (_, at) => `ä line number ${at} of many\n`).join(
			'',
		);
		writeFileSync(path, text);
		const read = vi.fn((line: string) => line);
		const tail = createLogTail(path, read);
		await tail.poll();
		expect(tail.lines()).toHaveLength(200);
		expect(tail.lines().at(-1)).toBe('ä line number 99999 of many');
		expect(tail.lines()[0]).toMatch(/^ä line number \d+ of many$/);
		expect(read.mock.calls.length).toBeLessThanOrEqual(200);
	});

	it('skips to the end when the file grows by megabytes between two polls', async () => {
		writeFileSync(path, 'begin\n');
		const tail = createLogTail(path);
		await tail.poll();
		appendFileSync(path, `${'x'.repeat(3 * MAX_TAIL_BYTES)}\nend\n`);
		await tail.poll();
		expect(tail.lines()).toEqual(['end']);
	});

	it('cuts an endless line', async () => {
		writeFileSync(path, '');
		const tail = createLogTail(path);
		for (let n = 0; n < 4; n += 1) {
			appendFileSync(path, 'y'.repeat(MAX_TAIL_BYTES - 10));
			await tail.poll();
		}
		expect(tail.lines().join('').length).toBeLessThanOrEqual(2000);
	});

	it('reports changes only', async () => {
		writeFileSync(path, 'one\n');
		const onChange = vi.fn();
		const tail = createLogTail(path);
		await tail.poll(onChange);
		await tail.poll(onChange);
		expect(onChange).toHaveBeenCalledTimes(1);
	});

	it('polls at most four times a second while subscribed, and not after', () => {
		vi.useFakeTimers();
		const tail = createLogTail(path);
		const poll = vi.spyOn(tail, 'poll').mockResolvedValue();
		const unsubscribe = tail.subscribe(() => {});
		vi.advanceTimersByTime(1000);
		expect(poll).toHaveBeenCalledTimes(1 + 1000 / POLL_INTERVAL_MS);
		expect(1000 / POLL_INTERVAL_MS).toBeLessThanOrEqual(4);
		unsubscribe();
		vi.advanceTimersByTime(1000);
		expect(poll).toHaveBeenCalledTimes(5);
	});
});
