import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PlanReview } from '../../source/engine/operator.ts';
import type { Session } from '../../source/engine/session/session.ts';
import { copyPlanToCurrentFolder } from '../../source/wizard/run-controller.ts';
import {
	createDirectoryForEachTest,
	createTemporaryDirectory,
} from '../helpers/temporary-directory.ts';

const before = process.cwd();
const folder = createDirectoryForEachTest();
const kept = join(createTemporaryDirectory(), 'network.txt');

beforeEach(() => {
	writeFileSync(kept, 'the plan');
	process.chdir(folder);
});
afterEach(() => {
	process.chdir(before);
});

const save = () =>
	copyPlanToCurrentFolder(
		{ stack: 'network', textFile: kept } as PlanReview,
		{ name: 'acme' } as Session,
	);

it('copies the same plan to the current directory only once', () => {
	expect(save()).toBe(join(process.cwd(), 'acme-network-plan.txt'));
	expect(save()).toBe(join(process.cwd(), 'acme-network-plan.txt'));
	expect(readFileSync('acme-network-plan.txt', 'utf8')).toBe('the plan');
});

it('overwrites no existing file and follows no symbolic link', () => {
	const victim = join(kept, '..', 'victim');
	writeFileSync(victim, 'kept');
	symlinkSync(victim, 'acme-network-plan.txt');
	symlinkSync(join(folder, 'nowhere'), 'acme-network-plan-2.txt');
	writeFileSync('acme-network-plan-3.txt', 'an older plan');
	expect(save()).toBe(join(process.cwd(), 'acme-network-plan-4.txt'));
	expect(readFileSync(victim, 'utf8')).toBe('kept');
	expect(readFileSync('acme-network-plan-3.txt', 'utf8')).toBe('an older plan');
	expect(readdirSync(folder)).not.toContain('nowhere');
});
