import { z } from 'zod';
import { describeCharacter } from './supported-characters.ts';
import { createTextSchema, type ValueRule } from './value-rule.ts';

/** AWS allows 50 tags per resource, and the templates add a few. */
const MAX_TAGS = 45;

// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const ODD = /[^\p{L}\p{N} _.:/=+\-@]/u;
const OURS = ['Name', 'InstallationId'];

function nameProblem(name: string): string | undefined {
	if (name === '') return 'has an empty name';
	if (/^aws:/i.test(name)) return 'starts with aws:, which AWS reserves';
	if (OURS.includes(name)) return 'is reserved: the installation uses it to find its resources';
	return oddProblem(name, 128);
}

function oddProblem(text: string, longest: number): string | undefined {
	if (text.length > longest) return `has ${text.length} characters; the maximum is ${longest}`;
	const odd = ODD.exec(text)?.[0];
	return odd === undefined
		? undefined
		: `contains ${describeCharacter(odd)}, which not every AWS service supports`;
}

/** Tags put on every resource. */
export const tagsRule: ValueRule = {
	kind: 'map',
	rule: `up to ${MAX_TAGS} pairs of name (up to 128 characters) and value (up to 256); names must not start with aws:`,
	schema: z
		.record(
			createTextSchema(nameProblem),
			createTextSchema((value) => oddProblem(value, 256)),
		)
		.superRefine((pairs, context) => {
			const count = Object.keys(pairs).length;
			if (count <= MAX_TAGS) return;
			const message = `has ${count} tags; the maximum is ${MAX_TAGS}`;
			context.addIssue({ code: 'custom', message });
		}),
};
