import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * On an unsupported Node.js: runs the same command on the Node.js from the dev dependencies of a
 * clone, or prints which version is required.
 *
 * @returns the exit code.
 */
export function runOnBundledNode(needed: string): Promise<number> {
	const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
	if (!existsSync(own)) {
		process.stderr.write(
			`tfe-wizard requires Node.js ${needed} or later; this is ${process.versions.node}. Install a newer Node.js (https://nodejs.org), then run the same command again.\n`,
		);
		return Promise.resolve(2);
	}
	const child = spawn(own, process.argv.slice(1), { env: process.env, stdio: 'inherit' });
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => child.kill(signal));
	}
	return new Promise((resolve) => {
		child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
	});
}
