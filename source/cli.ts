#!/usr/bin/env node
import { homedir } from 'node:os';

// Uses only syntax that every Node.js with ES modules supports, so that an old version prints a
// message instead of a syntax error. Everything else is imported dynamically.

const NEEDED = [22, 12];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [neededMajor = 0, neededMinor = 0] = NEEDED;
const recent = major > neededMajor || (major === neededMajor && minor >= neededMinor);

if (recent) {
	// React's development build leaks timing entries; a stray DEV loads developer tools.
	process.env.NODE_ENV = process.env.NODE_ENV || 'production';
	delete process.env.DEV;
	try {
		homedir();
	} catch {
		// HOME is not set and the user database has no entry for this user, as in a container.
		process.env.HOME = '/';
	}
	import('./main.ts').then(async ({ main, exitProcess }) => {
		exitProcess(await main(process.argv.slice(2)));
	});
} else {
	import('./run-on-bundled-node.ts')
		.then(({ runOnBundledNode }) => runOnBundledNode(NEEDED.join('.')))
		.then((code) => {
			process.exitCode = code;
		});
}
