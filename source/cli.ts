#!/usr/bin/env node
import { homedir } from 'node:os';

// Kept to syntax that every Node with ES modules reads, so that an old one gets a sentence
// instead of a syntax error. Everything else is behind a dynamic import.

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
		// HOME is not set, and the system does not know this user: as in a container, where it is /.
		process.env.HOME = '/';
	}
	import('./main.ts').then(async ({ main, endProcess }) => {
		endProcess(await main(process.argv.slice(2)));
	});
} else {
	import('./old-node.ts')
		.then(({ runOnOwnNode }) => runOnOwnNode(NEEDED.join('.')))
		.then((code) => {
			process.exitCode = code;
		});
}
