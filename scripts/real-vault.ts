import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	chmodSync,
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../source/engine/child-environment.ts';

// Builds a real Vault for tests and practice mode from the module in test/real-vault. It is not part
// of the product. Does nothing if the same sources were built before.
const module = new URL('../test/real-vault/', import.meta.url).pathname;
const cache = join(module, '.cache');
const program = join(cache, 'vault');
const stamp = join(cache, 'built-from');

// Vault 1.14.1 needs two functions of sdk 0.9.2. That release also panics at the first request with a
// token, because of a table in Vault 1.14.1 itself. The copy used here accepts the table.
const SDK = 'github.com/hashicorp/vault/sdk';
const PANICS = 'if p.ExistenceCheck == nil {';
const PASSES = 'if false && p.ExistenceCheck == nil {';

const USUAL = 'about 6 minutes on two cores, a few seconds when Go has built it before';

class Failure extends Error {}

try {
	await build();
} catch (error) {
	if (!(error instanceof Failure)) throw error;
	console.error(`real-vault: ${error.message}`);
	process.exitCode = 1;
}

async function build(): Promise<void> {
	const sums = createHash('sha256');
	for (const file of ['go.mod', 'go.sum']) sums.update(readFileSync(join(module, file)));
	const wanted = sums.update(PASSES).digest('hex');
	if (existsSync(program) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

	const begun = performance.now();
	const elapsed = () => `${Math.round((performance.now() - begun) / 1000)} s`;
	console.log(`real-vault: building Vault 1.14.1 for tests and practice (${USUAL}).`);
	mkdirSync(cache, { recursive: true });
	// In the same directory as the program, so that it can be renamed into place.
	const draft = join(cache, `draft-${process.pid}`);
	mkdirSync(draft);
	try {
		let fetched = 0;
		await go(['mod', 'download', '-x'], (line) => {
			if (!/\.zip: 200/.test(line)) return;
			fetched += 1;
			if (fetched % 50 === 0) console.log(`real-vault: ${fetched} modules fetched, ${elapsed()}`);
		});
		console.log(`real-vault: all modules fetched, ${elapsed()}. Compiling.`);
		await writeOwnSdk(draft);
		const ticking = setInterval(() => console.log(`real-vault: compiling, ${elapsed()}`), 30_000);
		const built = join(draft, 'vault');
		try {
			await go(
				[
					'build',
					'-trimpath',
					`-modfile=${join(draft, 'go.mod')}`,
					'-o',
					built,
					'github.com/hashicorp/vault',
				],
				() => {},
			);
		} finally {
			clearInterval(ticking);
		}
		rmSync(stamp, { force: true });
		renameSync(built, program);
		writeFileSync(stamp, wanted);
	} finally {
		rmSync(draft, { recursive: true, force: true });
	}
	console.log(`real-vault: built in ${elapsed()}.`);
}

/** Writes a go.mod that uses a patched copy of the sdk. */
async function writeOwnSdk(draft: string): Promise<void> {
	const found = await go(['list', '-m', '-f', '{{.Dir}}', SDK], () => {});
	const own = join(draft, 'sdk');
	// Modules in Go's cache are read-only, and so are copies of them.
	cpSync(found.trim(), own, { recursive: true });
	makeWritable(own);
	const file = join(own, 'framework', 'backend.go');
	const text = readFileSync(file, 'utf8');
	if (!text.includes(PANICS)) throw new Failure(`${SDK} is not the expected release.`);
	writeFileSync(file, text.replace(PANICS, PASSES));
	const requirements = readFileSync(join(module, 'go.mod'), 'utf8');
	writeFileSync(join(draft, 'go.mod'), `${requirements}\nreplace ${SDK} => ${own}\n`);
	copyFileSync(join(module, 'go.sum'), join(draft, 'go.sum'));
}

function makeWritable(folder: string): void {
	chmodSync(folder, 0o755);
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) makeWritable(path);
		else chmodSync(path, 0o644);
	}
}

/** Runs go and returns its standard output. Each line of its standard error goes to `each`. */
async function go(args: readonly string[], each: (line: string) => void): Promise<string> {
	const environment = buildChildEnvironment({
		for: 'helper',
		inherited: process.env,
		pass: /^(GO[A-Z0-9]*|XDG_\w+|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|GIT_\w+)$/i,
		add: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
	});
	const child = spawn('go', args, {
		cwd: module,
		...createExactEnvironmentOptions(environment),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const last: string[] = [];
	createInterface({ input: child.stderr }).on('line', (line) => {
		last.push(line);
		if (last.length > 20) last.shift();
		each(line);
	});
	const chunks: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
	const code = await endOf(child);
	if (code === 0) return Buffer.concat(chunks).toString();
	console.error(last.map((line) => `  ${line}`).join('\n'));
	throw new Failure(
		`go ${args[0]} exited with code ${code}. Check the network connection and retry.`,
	);
}

function endOf(child: ChildProcess): Promise<number | null> {
	return new Promise((resolve, reject) => {
		child.once('error', (error: NodeJS.ErrnoException) => {
			reject(
				error.code === 'ENOENT'
					? new Failure(
							'Go is not on PATH. Install Go 1.24 or newer (https://go.dev/dl/), or set TFE_WIZARD_PRACTICE_VAULT to a Vault binary.',
						)
					: error,
			);
		});
		child.once('close', resolve);
	});
}
