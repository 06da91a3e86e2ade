import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { expectSafeOutput, HOSTILE_TEXT } from '../helpers/hostile-output.ts';

const module = fileURLToPath(new URL('../../source/reporters/output.ts', import.meta.url));

/** Standard error of a Node program with this code. */
function printedBy(work: string): string {
	const script = [
		`import { installNodeErrorEscaping } from ${JSON.stringify(module)};`,
		`const hostile = ${JSON.stringify(HOSTILE_TEXT)};`,
		'installNodeErrorEscaping();',
		// Node prints the source line, so it must be safe itself.
		work,
	].join('\n');
	const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
		encoding: 'utf8',
		env: { ...process.env, NODE_OPTIONS: '' },
	});
	return stderr;
}

it.each([
	['a warning', 'process.emitWarning(hostile);'],
	['an unhandled error', 'setImmediate(() => { throw new Error(hostile); });'],
	['an unhandled rejection', 'Promise.reject(new Error(hostile));'],
	[
		'its causes',
		'setImmediate(() => { throw new Error("x", { cause: new AggregateError([new Error(hostile)], hostile) }); });',
	],
])('%s is printed by Node with its unsafe characters escaped', (_, work) => {
	expectSafeOutput(printedBy(work));
});
