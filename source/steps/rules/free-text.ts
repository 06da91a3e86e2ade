import { z } from 'zod';
import { nameOf } from './characters.ts';
import { orEmpty, type TextRuleFacts, textRule, type ValueRule } from './value-rule.ts';

const pathFacts: TextRuleFacts = {
	rule: 'a path, or the name of a program on PATH',
	pattern: /^[^\s](.*[^\s])?$/,
	wrong: 'is not a path',
	problem: (value) => {
		const odd = [...value].find((character) => character < ' ');
		return odd === undefined ? undefined : `holds ${nameOf(odd)}`;
	},
};

export const programPath = textRule(pathFacts);
export const folderOrEmpty = orEmpty({ ...pathFacts, rule: 'the path of a folder' });

/** User data may have 16 KiB in all (EC2 quota); the start-up of the machine takes part of it. */
export const SCRIPT_BYTES = 10_000;

/** The template writes the script out up to this line. */
const END_MARK = 'END_OF_STARTUP_SCRIPT';

function scriptProblem(script: string): string | undefined {
	const bytes = Buffer.byteLength(script);
	if (bytes > SCRIPT_BYTES) return `has ${bytes} bytes, ${SCRIPT_BYTES} are allowed`;
	if (script.includes('\r')) return 'has Windows line ends, on which a shell stumbles';
	if (script.includes('\0')) return 'holds a null character';
	if (script.includes(END_MARK)) return `holds ${END_MARK}, the mark it is ended with`;
	return undefined;
}

/** Shell code; the one text that is free of the character rule, for it never enters boot.env. */
export const scriptOrEmpty: ValueRule = {
	rule: `shell code of at most ${SCRIPT_BYTES} bytes, lines ending in line feeds`,
	schema: z.string().superRefine((script, context) => {
		const message = scriptProblem(script);
		if (message !== undefined) context.addIssue({ code: 'custom', message });
	}),
};
