import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RemoteArgv } from '../../source/instance/instance-types.ts';
import {
	encodeStdin,
	frameCommand,
	parseFramedOutput,
	quoteRemoteCommand,
	quoteRemoteWord,
} from '../../source/instance/remote-command-framing.ts';

const shells = ['sh', 'bash'];

function run(command: RemoteArgv, stdin?: Buffer, cut = 0, shell = 'sh') {
	const encoded = stdin && encodeStdin(stdin);
	const framed = frameCommand(command, encoded && encoded.length - 1);
	const ended = spawnSync(shell, ['-c', framed.line], {
		input: encoded?.subarray(0, encoded.length - cut) ?? '',
		// A safety net: the command reads its input and exits.
		timeout: 120_000,
	});
	return {
		framed,
		ended,
		result: parseFramedOutput(framed, ended.stdout, ended.stderr.toString()),
	};
}

describe('quoting of words', () => {
	it('every word reaches the command unchanged', () => {
		const word = fc
			.string({ unit: 'binary', maxLength: 40 })
			.filter((text) => !text.includes('\0'));
		fc.assert(
			fc.property(fc.array(word, { maxLength: 6 }), (words) => {
				const text = `printf '%s\\0' x ${words.map(quoteRemoteWord).join(' ')}`;
				const said = execFileSync('sh', ['-c', text]);
				expect(said.toString('utf8').split('\0').slice(1, -1)).toEqual(
					words.map((one) => one.toWellFormed()),
				);
			}),
			{ numRuns: 60 },
		);
	});

	it.each([
		["it's", "'it'\\''s'"],
		['$(id)', "'$(id)'"],
		['`id`', "'`id`'"],
		['a b', "'a b'"],
		['', "''"],
		['~root', "'~root'"],
		['*', "'*'"],
		['A=b', "'A=b'"],
		['if', "'if'"],
		['!', "'!'"],
		['line\nbreak', "'line\nbreak'"],
		['/data/vault-unseal-key', '/data/vault-unseal-key'],
		['-n', '-n'],
	])('leaves %j unchanged', (word, quoted) => {
		expect(quoteRemoteWord(word)).toBe(quoted);
	});

	it('rejects a NUL byte and an empty command', () => {
		expect(() => quoteRemoteWord('a\0b')).toThrow('NUL byte');
		expect(() => frameCommand([])).toThrow('at least one word');
	});

	it('formats a command as an operator would type it', () => {
		expect(quoteRemoteCommand(['sudo', 'cat', '/a b'])).toBe("sudo cat '/a b'");
	});
});

describe.each(shells)('a framed command in %s', (shell) => {
	it.each([0, 1, 97, 98, 255])('returns exit code %d', (code) => {
		const { result } = run(
			['sh', '-c', `echo out; echo err >&2; exit ${code}`],
			undefined,
			0,
			shell,
		);
		expect(result).toEqual({ exitCode: code, stdout: Buffer.from('out\n'), stderr: 'err\n' });
	});

	it('returns a result when the command exits its shell, is killed or does not exist', () => {
		expect(run(['exit', '3'], undefined, 0, shell).result?.exitCode).toBe(3);
		expect(run(['sh', '-c', 'kill -9 $$'], undefined, 0, shell).result?.exitCode).toBe(137);
		expect(run(['no-such-command'], undefined, 0, shell).result?.exitCode).toBe(127);
	});

	it('returns output bytes unchanged', () => {
		const bytes = Buffer.from([0, 255, 10, 13, 0, 10]);
		expect(run(['cat'], bytes, 0, shell).result?.stdout).toEqual(bytes);
		expect(run(['cat'], Buffer.alloc(0), 0, shell).result?.stdout).toEqual(Buffer.alloc(0));
		const big = Buffer.alloc(100_000, 'x');
		expect(run(['cat'], big, 0, shell).result?.stdout).toEqual(big);
	});

	it('runs nothing with truncated input', () => {
		const mark = join(tmpdir(), `framing-${process.pid}`);
		for (const cut of [1, 2, 5, 12]) {
			const { result, ended } = run(['touch', mark], Buffer.from('a secret'), cut, shell);
			expect(existsSync(mark)).toBe(false);
			expect(result).toBeUndefined();
			expect(ended.status).toBe(97);
			expect(ended.stderr.toString()).toBe('');
		}
	});
});

describe('a missing end marker', () => {
	const { framed, ended } = run(['echo', 'out']);

	it('on standard output makes the result undefined', () => {
		const [out, err] = [ended.stdout, ended.stderr.toString()];
		expect(parseFramedOutput(framed, out, err)).toBeDefined();
		for (let cut = 1; cut <= out.length; cut++) {
			expect(parseFramedOutput(framed, out.subarray(0, -cut), err)).toBeUndefined();
		}
	});

	it('on standard error makes the result undefined', () => {
		const err = ended.stderr.toString();
		for (let cut = 1; cut <= err.length; cut++) {
			expect(parseFramedOutput(framed, ended.stdout, err.slice(0, -cut))).toBeUndefined();
		}
	});

	it('is not mistaken for output of the command', () => {
		const other = run(['sh', '-c', 'ps -ef >&2; ps -ef']);
		expect(other.result?.exitCode).toBe(0);
	});
});
