import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	isShellCommand,
	shellCommandFits,
	wrapShellCommand,
} from '../../../screens/parts/shell-command.ts';

describe('isCommand', () => {
	test.each([
		'aws acm request-certificate --region us-west-2',
		'tfe-wizard status --session acme',
		'AWS_PROFILE=acme tfe-wizard install',
		'/usr/local/bin/terraform version',
		'./fix.sh',
	])('recognizes the command %s', (text) => expect(isShellCommand(text)).toBe(true));
	test.each([
		'Sign in again, then check again.',
		'Create the DNS record: tfe.acme.example CNAME tfe.elb.amazonaws.com',
		'Set AWS_REGION=us-west-2 (or unset it), or fix "region" in the answers.',
		'',
	])('does not take "%s" for a command', (text) => expect(isShellCommand(text)).toBe(false));
});

/** Joins lines the way a shell does: a trailing backslash continues the line. */
const joined = (lines: readonly string[]) =>
	lines.join('\n').replaceAll('\\\n', '').replace(/\s+/g, ' ').trim();

describe('a command over several lines', () => {
	test('breaks between words and ends lines with a backslash', () => {
		expect(wrapShellCommand('aws acm list-certificates --region us-west-2', 30)).toEqual([
			'aws acm list-certificates \\',
			'  --region us-west-2',
		]);
	});

	test('never breaks inside quotes', () => {
		const lines = wrapShellCommand(
			`aws ec2 describe --filters 'Name=a b c,Values=d e f' --output "x y z"`,
			24,
		);
		expect(lines).toContain("  'Name=a b c,Values=d e f' \\");
	});

	test('detects a word that is wider than the window', () => {
		const arn =
			'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b';
		expect(shellCommandFits(`aws acm describe-certificate --certificate-arn ${arn}`, 60)).toBe(
			false,
		);
		expect(shellCommandFits(`aws acm describe-certificate --certificate-arn ${arn}`, 90)).toBe(
			true,
		);
	});

	test('stays the same command and keeps within the width', () => {
		const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
		fc.assert(
			fc.property(
				fc.array(word, { minLength: 1, maxLength: 30 }),
				fc.integer({ min: 20, max: 80 }),
				(words, width) => {
					const lines = wrapShellCommand(words.join(' '), width);
					expect(joined(lines)).toBe(words.join(' '));
					for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
				},
			),
		);
	});
});
