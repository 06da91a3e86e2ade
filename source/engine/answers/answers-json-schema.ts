import { z } from 'zod';
import type { QuestionCatalogue } from '../question.ts';
import { ANSWERS_FILE_VERSION } from './parse-document.ts';
import { getQuestionRule, getQuestionSchema } from './question-schema.ts';
import {
	buildQuestionTree,
	type CatalogueQuestion,
	canBeBlank,
	type GroupNode,
	listRequiredQuestions,
	type QuestionTreeNode,
	type VariantNode,
} from './question-tree.ts';

/** A JSON Schema, as plain data. */
type JsonSchema = { [keyword: string]: unknown };

/**
 * The answers file of a target as a JSON Schema (draft 2020-12) for editors. It is not stricter than
 * the program: rules across answers, `when` and missing answers are left to `answers check`.
 */
export function createAnswersJsonSchema(catalogue: QuestionCatalogue): JsonSchema {
	const definitions: JsonSchema = {};
	const { root } = buildQuestionTree(catalogue);
	const steps = catalogue.steps.map(({ id }) => id);
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: `Answers for tfe-wizard, target ${catalogue.target}`,
		type: 'object',
		properties: {
			$schema: { type: 'string', description: 'URL or path of this schema, for editors.' },
			version: { const: ANSWERS_FILE_VERSION, description: 'Version of the answers file format.' },
			ask: {
				type: 'array',
				items: { enum: steps },
				uniqueItems: true,
				description: 'Steps that stay interactive; their answers in the file become defaults.',
			},
			...properties(root, definitions),
		},
		required: ['version'],
		additionalProperties: false,
		...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
	};
}

function properties(group: GroupNode, definitions: JsonSchema): JsonSchema {
	const entries = [...group.children].map(([name, node]): [string, unknown] => [
		name,
		nodeSchema(node, definitions),
	]);
	return Object.fromEntries(entries);
}

function nodeSchema(node: QuestionTreeNode, definitions: JsonSchema): JsonSchema {
	if (node.type === 'group') return groupSchema(node, definitions);
	const about = annotations(node.question);
	const typed =
		node.type === 'fork' ? forkSchema(node, definitions) : leafSchema(node.question, definitions);
	return canBeBlank(node.question)
		? { ...about, anyOf: [typed, { type: 'null' }] }
		: { ...about, ...typed };
}

function groupSchema(group: GroupNode, definitions: JsonSchema): JsonSchema {
	return {
		type: ['object', 'null'],
		properties: properties(group, definitions),
		additionalProperties: false,
	};
}

/** An option as a plain word when it has no required keys, or with its own keys. */
function forkSchema(fork: VariantNode, definitions: JsonSchema): JsonSchema {
	const options = [...fork.options];
	const bare = options.filter(([, group]) => listRequiredQuestions(group).length === 0);
	const words = bare.map(([option]) => option);
	const nested = options.map(([option, group]) => ({
		type: 'object',
		title: fork.question.options?.find(({ value }) => value === option)?.label,
		properties: { [option]: groupSchema(group, definitions) },
		required: [option],
		additionalProperties: false,
	}));
	return { oneOf: [...(words.length === 0 ? [] : [{ enum: words }]), ...nested] };
}

function annotations(question: CatalogueQuestion): JsonSchema {
	const { label, help, variableAlias, example } = question;
	const rule = question.kind === 'variant' ? undefined : getQuestionRule(question);
	const sentences = [
		help,
		...(rule === undefined ? [] : [`Rule: ${rule}.`]),
		...(question.asked === undefined ? [] : [`Applies ${question.asked}.`]),
		...(question.derived === undefined ? [] : [`Default: ${question.derived}.`]),
		...(variableAlias === undefined ? [] : [`${variableAlias.label}: ${variableAlias.name}.`]),
	];
	return {
		title: label,
		description: sentences.join('\n'),
		...(question.default === undefined ? {} : { default: question.default }),
		...(example === undefined ? {} : { examples: [example] }),
	};
}

function leafSchema(question: CatalogueQuestion, definitions: JsonSchema): JsonSchema {
	const typed = toJsonSchema(getQuestionSchema(question), question.key, definitions);
	// The texts of the question take precedence over those of its schema.
	const { default: _, title: __, description: ___, ...rest } = typed;
	if (question.kind !== 'choice' || question.options === undefined) return rest;
	return { ...rest, enum: question.options.map(({ value }) => value) };
}

/** Moves the definitions of a recursive schema to the root under a unique name. */
function toJsonSchema(schema: z.ZodType, key: string, definitions: JsonSchema): JsonSchema {
	const { $schema: _, ...made } = z.toJSONSchema(schema, {
		io: 'input',
		unrepresentable: 'any',
	}) as JsonSchema;
	// Other tools do not know the format names of zod; the pattern is sufficient.
	const plain = (_key: string, value: unknown): unknown =>
		isObject(value) && 'pattern' in value && 'format' in value
			? { ...value, format: undefined }
			: value;
	const text = JSON.stringify(made, plain)
		.replaceAll('"$ref":"#/$defs/', (found) => `${found}${key}.`)
		.replaceAll('"$ref":"#"', () => `"$ref":"#/$defs/${key}"`);
	const { $defs, ...body } = JSON.parse(text) as JsonSchema;
	if (text.includes(`"$ref":"#/$defs/${key}"`)) definitions[key] = body;
	for (const [name, definition] of Object.entries($defs ?? {})) {
		definitions[`${key}.${name}`] = definition;
	}
	return body;
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}
