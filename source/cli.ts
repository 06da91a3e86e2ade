#!/usr/bin/env node
// Kept to syntax that every Node with ES modules reads, so that an old one gets a sentence
// instead of a syntax error. Everything else is behind the dynamic import.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED = [22, 12];
const found = process.versions.node.split('.').map(Number);
const recent =
	(found[0] ?? 0) > (NEEDED[0] ?? 0) ||
	((found[0] ?? 0) === NEEDED[0] && (found[1] ?? 0) >= (NEEDED[1] ?? 0));

if (recent) {
	// React's development build leaks timing entries; a stray DEV loads developer tools.
	process.env.NODE_ENV = process.env.NODE_ENV || 'production';
	delete process.env.DEV;
	import('./main.ts')
		.then(({ main }) => main(process.argv.slice(2)))
		.then((code) => {
			process.exitCode = code;
		});
} else {
	// A clone has a Node of its own among its dev dependencies.
	const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
	if (existsSync(own)) {
		const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' });
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(signal, () => child.kill(signal));
		}
		child.on('exit', (code, signal) => {
			process.exitCode = code === null ? 128 + (signal === 'SIGKILL' ? 9 : 15) : code;
		});
	} else {
		process.stderr.write(
			`tfe-wizard needs Node ${NEEDED.join('.')} or later; this is ${process.versions.node}. Install a newer Node (https://nodejs.org) and run the same command.\n`,
		);
		process.exitCode = 2;
	}
}
