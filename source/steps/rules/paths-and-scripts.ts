import { z } from 'zod';
import { describeCharacter } from './supported-characters.ts';
import {
	createOptionalTextRule,
	createTextRule,
	type TextRuleOptions,
	type ValueRule,
} from './value-rule.ts';

const pathFacts: TextRuleOptions = {
	rule: 'a path, or the name of a program on PATH',
	pattern: /^[^\s](.*[^\s])?$/,
	wrong: 'is not a path',
	problem: (value) => {
		const odd = [...value].find((character) => character < ' ');
		return odd === undefined ? undefined : `contains ${describeCharacter(odd)}`;
	},
};

export const programPathRule = createTextRule(pathFacts);
export const optionalDirectoryRule = createOptionalTextRule({
	...pathFacts,
	rule: 'the path of a directory',
});

/** EC2 limits user data to 16 KiB, which includes the startup commands of the template. */
const MAX_SCRIPT_BYTES = 10_000;

/** The here-document delimiter around the script in the template. */
const END_MARK = 'END_OF_STARTUP_SCRIPT';

function scriptProblem(script: string): string | undefined {
	const bytes = Buffer.byteLength(script);
	if (bytes > MAX_SCRIPT_BYTES) return `has ${bytes} bytes; the maximum is ${MAX_SCRIPT_BYTES}`;
	if (script.includes('\r')) return 'has Windows line endings, which a shell cannot run';
	if (script.includes('\0')) return 'contains a null character';
	if (script.includes(END_MARK)) return `contains ${END_MARK}, which is its end marker`;
	return undefined;
}

/** Shell code. The character rule does not apply, because the script is not part of boot.env. */
export const optionalScriptRule: ValueRule = {
	rule: `shell code of at most ${MAX_SCRIPT_BYTES} bytes, with LF line endings`,
	schema: z.string().superRefine((script, context) => {
		const message = scriptProblem(script);
		if (message !== undefined) context.addIssue({ code: 'custom', message });
	}),
};
