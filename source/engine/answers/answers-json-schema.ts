import { z } from 'zod';
import type { QuestionCatalogue } from '../question.ts';
import {
	ANSWERS_FILE_VERSION,
	buildQuestionTree,
	type CatalogueQuestion,
	canBeBlank,
	type GroupNode,
	getQuestionZodSchema,
	listAlwaysRequiredQuestions,
	listQuestionRemarks,
	type QuestionNode,
} from './question-tree.ts';

/** A JSON Schema, as plain data. */
type JsonSchema = { [keyword: string]: unknown };

/**
 * The answers file of a target as a JSON Schema (draft 2020-12) for editors. It is not stricter than
 * the program: rules across answers, `when` and missing answers are left to `answers check`.
 */
export function createAnswersJsonSchema(catalogue: QuestionCatalogue): JsonSchema {
	const file = z
		.strictObject({
			$schema: z.string().meta({ description: 'URL or path of this schema, for editors.' }),
			version: z
				.literal(ANSWERS_FILE_VERSION)
				.meta({ description: 'Version of the answers file format.' }),
			ask: z.array(z.enum(catalogue.steps.map(({ id }) => id))).meta({
				uniqueItems: true,
				description: 'Steps that stay interactive; their answers in the file become defaults.',
			}),
			...createShape(buildQuestionTree(catalogue).root),
		})
		.partial()
		.required({ version: true })
		.meta({ title: `Answers for tfe-wizard, target ${catalogue.target}` });
	const schema = z.toJSONSchema(file, {
		io: 'input',
		unrepresentable: 'any',
		override: ({ zodSchema, jsonSchema }) => {
			// For input, zod drops the examples of a schema with a transformation.
			Object.assign(jsonSchema, z.globalRegistry.get(zodSchema));
			// Other tools do not know the format names of zod; the pattern is sufficient.
			if (jsonSchema.pattern !== undefined) delete jsonSchema.format;
		},
	});
	return { ...schema };
}

function createShape(group: GroupNode): Record<string, z.ZodType> {
	return Object.fromEntries(
		[...group.children].map(([name, node]) => [
			name,
			node.type === 'group' ? createGroupSchema(node) : createNodeSchema(node),
		]),
	);
}

function createGroupSchema(group: GroupNode): z.ZodType {
	return z
		.strictObject(createShape(group))
		.partial()
		.meta({ type: ['object', 'null'] });
}

function createNodeSchema(node: QuestionNode): z.ZodType {
	const { question } = node;
	const options = question.options?.map(({ value }) => value);
	let schema =
		question.kind === 'variant' ? createVariantSchema(node) : getQuestionZodSchema(question);
	if (question.kind === 'choice' && options !== undefined) schema = schema.meta({ enum: options });
	if (canBeBlank(question)) schema = schema.nullable();
	return schema.meta(annotate(question));
}

/** An option as a plain word when it has no required keys, or with its own keys. */
function createVariantSchema({ question, options }: QuestionNode): z.ZodType {
	const bare = [...options].filter(([, group]) => listAlwaysRequiredQuestions(group).length === 0);
	const nested = [...options].map(([option, group]) =>
		z
			.strictObject({ [option]: createGroupSchema(group) })
			.meta({ title: question.options?.find(({ value }) => value === option)?.label }),
	);
	const names = bare.map(([option]) => option);
	return z.union(names.length === 0 ? nested : [z.enum(names), ...nested]);
}

function annotate(question: CatalogueQuestion): JsonSchema {
	const { label, help, variableAlias, example } = question;
	const sentences = [help, ...listQuestionRemarks(question)];
	if (variableAlias !== undefined) sentences.push(`${variableAlias.label}: ${variableAlias.name}.`);
	return {
		title: label,
		description: sentences.join('\n'),
		...(question.default === undefined ? {} : { default: question.default }),
		...(example === undefined ? {} : { examples: [example] }),
	};
}
