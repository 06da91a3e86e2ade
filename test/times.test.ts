import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// A test that measures time or sleeps for a fixed time fails on a busy computer and passes on a
// broken program. Tests wait for conditions with test/helpers/wait-for.ts.
const root = fileURLToPath(new URL('..', import.meta.url));

interface Rule {
	name: string;
	pattern: RegExp;
	instead: string;
}

const rules: readonly Rule[] = [
	{
		name: 'measures elapsed time',
		// A relative timestamp, `new Date(Date.now() - …)`, is not a measurement.
		pattern:
			/\bperformance\s*\.\s*now\b|\bhrtime\b|(?<!new Date\()\bDate\.now\(\)\s*-|-\s*Date\.now\(\)|\bconsole\.time\b|\b\w*([sS]econds|[mM]illis|elapsed|Ms)\)\s*\.toBeLessThan/,
		instead: 'assert a condition, or use `during` for a timestamp',
	},
	{
		name: 'sleeps a fixed time',
		pattern:
			/\bsetTimeout\s*\(|\bsetTimeout as\b|\bsetTimeout\b[^;]*'(node:)?timers\/promises'|\b(sleep|delay)\s*\(|\bscheduler\.wait\b/,
		instead: 'wait for a condition with `waitFor`',
	},
	{
		name: 'waits with a deadline of its own',
		pattern: /\bvi\.wait(Until|For)\b|\bAbortSignal\.timeout\b|\bDate\.now\(\)\s*[<>]\s*deadline/,
		instead: 'use `waitFor`',
	},
	{
		name: 'waits for quiet',
		pattern: /\.quiet\s*\(/,
		instead: 'wait until the program reports that it is ready (`settled`)',
	},
	{
		name: 'sleeps a fixed time in a shell command',
		// A loop that polls for a file is allowed; a long sleep stands for a command that never ends.
		pattern: /^(?!.*\b(until|while)\b).*\bsleep (0?\.\d|\d(?!\d))/,
		instead: 'let the command wait for a file (`untilFile`), or never end (`sleep 600`)',
	},
];

/** Exceptions to the rules, with the reason. */
const allowed: Readonly<Record<string, string>> = {
	'test/helpers/wait-for.ts': 'the helper itself',
	'test/doubles/fault-proxy.ts': 'delays a response, as its rule says',
	'test/times.test.ts': 'contains the rules and their examples',
	'test/screens/ceremony/fixture/program.tsx': 'tests a timer that throws',
	'test/e2e/kill.long.test.ts':
		'terraform saves a state only 20 s after the last save, so the test waits for that age',
};

/** A fake clock does not depend on real time. */
const FAKE_CLOCK = /\bvi\.useFakeTimers\(/;

function* faults(path: string, text: string): Generator<string> {
	if (path in allowed || FAKE_CLOCK.test(text)) return;
	for (const [index, line] of text.split('\n').entries()) {
		if (/^\s*(\/\/|\*|\/\*)/.test(line)) continue;
		for (const { name, pattern, instead } of rules)
			if (pattern.test(line)) yield `${path}:${index + 1} ${name}: ${instead}`;
	}
}

const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
	.filter((name) => /\.tsx?$/.test(name))
	.map((name) => join('test', name));

it('finds no test that measures time or sleeps for a fixed time', () => {
	expect(files.length).toBeGreaterThan(200);
	const found = files.flatMap((path) => [...faults(path, readFileSync(join(root, path), 'utf8'))]);
	expect(found).toEqual([]);
});

it('needs every exception', () => {
	for (const path of Object.keys(allowed).filter((one) => one !== 'test/times.test.ts')) {
		const text = readFileSync(join(root, path), 'utf8');
		expect([...faults('elsewhere.ts', text)], path).not.toEqual([]);
	}
});

it.each([
	'expect(performance.now() - start).toBeLessThan(900);',
	'const took = Date.now() - begun;',
	'expect(first.seconds).toBeLessThan(300);',
	'const start = process.hrtime.bigint();',
	"import { setTimeout as sleep } from 'node:timers/promises';",
	'await sleep(4_000);',
	'await new Promise((resolve) => setTimeout(resolve, 200));',
	'await vi.waitUntil(() => done);',
	'signal: AbortSignal.timeout(200),',
	'await terminal.quiet(400);',
	"spawn('sh', ['-c', 'sleep 0.3; echo done']);",
	'`echo x; sleep 2`',
])('reports %s', (line) => {
	expect([...faults('test/some.test.ts', `\n${line}`)]).toEqual([
		expect.stringMatching(/^test\/some\.test\.ts:2 /),
	]);
});

it.each([
	"await waitFor('the end', () => ended);",
	'const Created = new Date(Date.now() - 26 * 3_600_000).toISOString();',
	"spawn('sleep', ['600']);",
	'`until [ -e go ]; do sleep 0.1; done`',
	'expect(lines.length).toBeLessThan(50);',
	'// A sleep(100) would do here.',
])('allows %s', (line) => {
	expect([...faults('test/some.test.ts', line)]).toEqual([]);
});
