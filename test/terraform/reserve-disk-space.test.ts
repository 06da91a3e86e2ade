import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, test, vi } from 'vitest';
import { createFailureError } from '../../source/terraform/failure-messages.ts';
import {
	isDiskFull,
	preallocateFile,
	releasePreallocation,
} from '../../source/terraform/reserve-disk-space.ts';
import { isTruncatedState, renameTruncatedState } from '../../source/terraform/terraform-state.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const MIB = 1024 * 1024;
/** `blocks` of a file have 512 bytes each on any disk. */
const onDisk = (path: string) => statSync(path).blocks * 512;

describe('disk space reserved for a file', () => {
	test('is allocated without changing the file size, and can be released', (context) => {
		const path = join(createTemporaryDirectory(), 'log');
		writeFileSync(path, 'a line\n');
		const able = execaSync('fallocate', ['-n', '-l', '1', path], { reject: false });
		if (able.exitCode !== 0) context.skip('this system sets no room aside');
		preallocateFile(path, MIB);
		expect(statSync(path).size).toBe(7);
		expect(onDisk(path)).toBeGreaterThanOrEqual(MIB);
		writeFileSync(path, 'another\n', { flag: 'a' });
		releasePreallocation(path);
		expect(readFileSync(path, 'utf8')).toBe('a line\nanother\n');
		expect(onDisk(path)).toBeLessThan(MIB);
	});

	test('is not reserved where fallocate is missing', () => {
		const folder = createTemporaryDirectory();
		const path = join(folder, 'log');
		writeFileSync(path, '');
		vi.stubEnv('PATH', folder);
		try {
			expect(() => preallocateFile(path, MIB)).not.toThrow();
		} finally {
			vi.unstubAllEnvs();
		}
		expect(onDisk(path)).toBe(0);
	});

	test('is ignored when the file no longer exists', () => {
		const path = join(createTemporaryDirectory(), 'gone');
		expect(() => releasePreallocation(path)).not.toThrow();
		expect(isDiskFull(path)).toBe(false);
	});
});

describe('a truncated state', () => {
	test.each([
		['', true],
		['{"version":4,"serial":', true],
		['{"version":4}', false],
		['somebody’s note', false],
	])('detects truncation: %j is %s', (text, cut) => {
		expect(isTruncatedState(text)).toBe(cut);
	});

	test('is renamed so that the complete state can replace it', async () => {
		const folder = createTemporaryDirectory();
		const path = join(folder, 'terraform.tfstate');
		writeFileSync(path, '{"version":4}');
		await renameTruncatedState(folder);
		expect(readdirSync(folder)).toEqual(['terraform.tfstate']);
		writeFileSync(path, '{"version":4,"ser');
		await renameTruncatedState(folder, new Date('2026-01-31T19:40:32Z'));
		expect(readdirSync(folder)).toEqual(['terraform.tfstate.cut-20260131T194032Z']);
		await renameTruncatedState(folder);
	});
});

test('reports a full disk when terraform could not write any message', () => {
	const silent = { label: 'plan', folder: '/f', diagnostics: [], stderr: '', exitCode: 1 };
	const told = { ...silent, interrupted: false, diskFull: true };
	expect(createFailureError(told).message).toBe('The disk became full during terraform plan.');
	expect(createFailureError({ ...told, diskFull: false }).message).toContain('exit code 1');
	const severity = 'error' as const;
	const diagnostics = [{ severity, summary: 'Invalid index', detail: '' }];
	expect(createFailureError({ ...told, diagnostics }).message).toContain('Invalid index');
});
