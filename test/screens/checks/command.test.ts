import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitsShell, isCommand, shellLines } from '../../../screens/checks/command.ts';

describe('what is to be typed is told from what is to be read', () => {
	test.each([
		'aws acm request-certificate --region us-west-2',
		'tfe-wizard status --session acme',
		'AWS_PROFILE=acme tfe-wizard install',
		'/usr/local/bin/terraform version',
		'./mend.sh',
	])('%s', (text) => expect(isCommand(text)).toBe(true));
	test.each([
		'Sign in anew, then check again.',
		'make the DNS record: tfe.acme.example CNAME tfe.elb.amazonaws.com',
		'Set AWS_REGION=us-west-2 (or unset it), or fix "region" in the answers.',
		'',
	])('%s', (text) => expect(isCommand(text)).toBe(false));
});

/** What a shell makes of lines: a backslash at the end joins the next one. */
const joined = (lines: readonly string[]) =>
	lines.join('\n').replaceAll('\\\n', '').replace(/\s+/g, ' ').trim();

describe('a command over several lines', () => {
	test('breaks between words and ends in a backslash', () => {
		expect(shellLines('aws acm list-certificates --region us-west-2', 30)).toEqual([
			'aws acm list-certificates \\',
			'  --region us-west-2',
		]);
	});

	test('never breaks what is quoted', () => {
		const lines = shellLines(
			`aws ec2 describe --filters 'Name=a b c,Values=d e f' --output "x y z"`,
			24,
		);
		expect(lines).toContain("  'Name=a b c,Values=d e f' \\");
	});

	test('says when a word is too wide for the window', () => {
		const arn =
			'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b';
		expect(fitsShell(`aws acm describe-certificate --certificate-arn ${arn}`, 60)).toBe(false);
		expect(fitsShell(`aws acm describe-certificate --certificate-arn ${arn}`, 90)).toBe(true);
	});

	test('stays the same command for the shell, and keeps to the width where words do', () => {
		const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
		fc.assert(
			fc.property(
				fc.array(word, { minLength: 1, maxLength: 30 }),
				fc.integer({ min: 20, max: 80 }),
				(words, width) => {
					const lines = shellLines(words.join(' '), width);
					expect(joined(lines)).toBe(words.join(' '));
					for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
				},
			),
		);
	});
});
