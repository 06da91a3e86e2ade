import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const root = createTemporaryDirectory();

const module = join(import.meta.dirname, '../../source/engine/durable-file.ts');
/** Stores 300 000 bytes in the file given as argument and prints the result. */
const program = `
	import { writeFileOnceDurably } from ${JSON.stringify(module)};
	process.on('SIGXFSZ', () => {});
	try {
		console.log(JSON.stringify(writeFileOnceDurably(process.argv[1], Buffer.alloc(300_000, 'x'))));
	} catch (error) {
		console.log(JSON.stringify({ code: error.code, path: error.path }));
	}
`;
const node = [process.execPath, '--input-type=module-typescript', '-e', program];

function run(command: readonly string[]): unknown {
	const [file = '', ...args] = command;
	return JSON.parse(execFileSync(file, args, { encoding: 'utf8' }));
}

test('reports a file that exceeds the size limit and leaves nothing behind', () => {
	const folder = join(root, 'full');
	mkdirSync(folder);
	const path = join(folder, 'x');
	const limited = ['bash', '-c', 'ulimit -f 64; exec "$@"', 'bash', ...node, path];
	expect(run(limited)).toMatchObject({ code: 'EFBIG' });
	expect(readdirSync(folder)).toEqual([]);
	// Without the limit, the same call succeeds.
	expect(run([...node, path])).toMatch(/^[0-9a-f]{64}$/);
	expect(readFileSync(path)).toEqual(Buffer.alloc(300_000, 'x'));
});

test('reports a directory that is not writable', (context) => {
	const folder = join(root, 'readonly');
	mkdirSync(folder, { mode: 0o500 });
	const path = join(folder, 'x');
	if (process.getuid?.() === 0) {
		// Modes do not restrict root, so the immutable flag is used where it can be set.
		const immutable = spawnSync('chattr', ['+i', folder]).status === 0;
		if (!immutable) return context.skip('root can write everywhere here');
		context.onTestFinished(() => {
			execFileSync('chattr', ['-i', folder]);
		});
	}
	expect(run([...node, path])).toMatchObject({ code: expect.stringMatching(/^E(ACCES|PERM)$/) });
	expect(readdirSync(folder)).toEqual([]);
	if (process.getuid?.() !== 0) chmodSync(folder, 0o700);
});

test('writes, syncs, links and syncs the directory in that order', (context) => {
	const log = join(root, 'calls');
	const calls = 'openat,write,pwrite64,fsync,fdatasync,link,linkat,rename,unlink,mkdir';
	const traced = ['-f', '-y', '-o', log, '-e', `trace=${calls}`];
	if (spawnSync('strace', [...traced, 'true']).status !== 0) {
		return context.skip('needs strace and permission to trace');
	}
	const folder = join(root, 'traced');
	const path = join(folder, 'x');
	run(['strace', ...traced, ...node, path]);
	const steps = readFileSync(log, 'utf8')
		.split('\n')
		.filter((line) => line.includes(folder) || line.includes(`<${root}>`))
		.map((line) => line.replace(/^\d+ +/, ''))
		.flatMap((line) => {
			const [call = ''] = line.split('(');
			const on = (/"([^"]+)"/.exec(line) ?? /<([^>]+)>/.exec(line))?.[1];
			if (call === 'openat') return line.includes('O_EXCL') ? [`create ${on}`] : [];
			// strace also prints the written data in quotes.
			return [`${call} ${call === 'write' ? /<([^>]+)>/.exec(line)?.[1] : on}`];
		})
		.map((step) => step.replaceAll(root, '').replace(/partial-[0-9a-f]+/, 'partial'));
	expect(steps).toEqual([
		'mkdir /traced',
		'fsync ',
		'create /traced/x.partial',
		'write /traced/x.partial',
		'fsync /traced/x.partial',
		expect.stringMatching(/^link(at)? \/traced\/x\.partial$/),
		'unlink /traced/x.partial',
		'fsync /traced/x',
		'fsync /traced',
	]);
});
