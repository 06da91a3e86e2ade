import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const mirror = fileURLToPath(new URL('../../source/terraform/provider-mirror.ts', import.meta.url));
const waits = fileURLToPath(new URL('../../source/engine/wait-registry.ts', import.meta.url));

/** A file system that never responds, in its own mount namespace. */
const MOUNT = `exec 3<>/dev/fuse &&
mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none "$1" || exit 77
"$2" "$3" 3>&-`;

/** Searches in a separate process that prints the result and the waits. */
async function searchHanging(search: object, stopsOnceNamed = false) {
	const folder = createTemporaryDirectory();
	const hanging = join(folder, 'opt', 'hanging');
	const good = join(folder, 'srv', 'mirror');
	const release = 'registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64';
	for (const path of [hanging, join(good, release)]) mkdirSync(path, { recursive: true });
	writeFileSync(join(good, release, 'terraform-provider-aws_v5.100.0_x5'), '');
	const script = join(folder, 'search.ts');
	const text = `
import { findProviderMirror } from ${JSON.stringify(mirror)};
import { listPendingWaits } from ${JSON.stringify(waits)};
const stop = new AbortController();
const names = new Set<string>();
const timer = setInterval(() => {
	for (const { what } of listPendingWaits()) names.add(what);
	if (${stopsOnceNamed} && names.size > 0) stop.abort();
}, 5);
const search = ${JSON.stringify(search).replaceAll('HANGING', hanging)};
const roots = ${JSON.stringify([join(folder, 'opt'), join(folder, 'srv')])};
const common = { environment: { PATH: process.env.PATH }, home: ${JSON.stringify(join(folder, 'home'))} };
const wanted = { platform: 'linux_amd64' };
const ended = await findProviderMirror({ ...common, ...wanted, roots, signal: stop.signal, ...search })
	.catch(({ fault, facts, message }) => ({ fault, message: facts?.message ?? message }));
clearInterval(timer);
console.log(JSON.stringify({ ended, names: [...names] }));
`;
	writeFileSync(script, text);
	const words = [hanging, process.execPath, script];
	const ran = await execa('unshare', ['-m', 'sh', '-c', MOUNT, 'sh', ...words], { reject: false });
	if (ran.exitCode !== 0) return { skipped: `${ran.exitCode}: ${ran.stderr}` };
	return { hanging, good, ...JSON.parse(ran.stdout) };
}

const NEEDS = 'needs the right to mount a FUSE file system';

test('names a configured mirror on a hanging file system while waiting, and times out', async (context) => {
	const found = await searchHanging({ setting: 'HANGING', limitMs: 1_000 });
	if (found.skipped?.startsWith('77') || found.skipped?.startsWith('1:')) context.skip(NEEDS);
	expect(found.ended).toEqual({
		fault: 'timeout',
		message: `The provider mirror ${found.hanging} did not respond within 1 s.`,
	});
	expect(found.names).toEqual([`the provider mirror ${found.hanging}`]);
});

test('stops waiting for the mirror on Ctrl-C and lets the process exit', async (context) => {
	const found = await searchHanging({ setting: 'HANGING' }, true);
	if (found.skipped?.startsWith('77') || found.skipped?.startsWith('1:')) context.skip(NEEDS);
	expect(found.ended).toMatchObject({ fault: 'cancelled' });
});

test('finds a mirror elsewhere when a searched directory hangs', async (context) => {
	const found = await searchHanging({ limitMs: 1_000 });
	if (found.skipped?.startsWith('77') || found.skipped?.startsWith('1:')) context.skip(NEEDS);
	expect(found.ended).toMatchObject({ how: 'found', folder: found.good });
});
