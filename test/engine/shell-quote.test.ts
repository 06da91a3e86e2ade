import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeLine } from '../../source/engine/escape-for-terminal.ts';
import { quoteShellWord } from '../../source/engine/shell-quote.ts';

it.each([
	['/plain/path-1', '/plain/path-1'],
	["it's here", "'it'\\''s here'"],
	['$(rm)', "'$(rm)'"],
	['', "''"],
	['/tmp/é', "'/tmp/é'"],
	['/tmp/x\x1b[2J', "$'/tmp/x\\033[2J'"],
	["it's\n", "$'it\\'s\\012'"],
	['C:\\x\u202e', "$'C:\\\\x\\342\\200\\256'"],
])('quotes %j as %s', (word, quoted) => {
	expect(quoteShellWord(word)).toBe(quoted);
});

it('produces text that bash reads back unchanged and that is safe to print', () => {
	const word = fc
		.array(
			fc.oneof(
				fc.string({ unit: 'binary', maxLength: 5 }),
				fc.constantFrom('\x1b', '\x9b', '\u202e', '\u{e0041}', "'", '\\', '\n', '7', '$', '!'),
			),
		)
		.map((parts) => parts.join('').toWellFormed().replaceAll('\0', ''));
	const words = fc.sample(word, 300);
	const script = `printf '%s\\0' ${words.map(quoteShellWord).join(' ')}`;
	const printed = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
	expect(printed.split('\0').slice(0, -1)).toEqual(words);
	for (const one of words) expect(escapeLine(quoteShellWord(one))).toBe(quoteShellWord(one));
});
