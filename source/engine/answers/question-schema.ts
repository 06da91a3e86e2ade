import { z } from 'zod';
import { type CatalogueQuestion, formatOptionNames } from './question-tree.ts';
import { secretReferenceSchema } from './secret-reference.ts';

/** The schema of a question: its own, or the one for its kind. */
export function getQuestionSchema(question: CatalogueQuestion): z.ZodType {
	if (question.kind === 'secret') return secretReferenceSchema;
	if (question.kind === 'variant') return optionSchema(question);
	const options = question.kind === 'choice' && (question.options?.length ?? 0) > 0;
	if (options) return question.schema === undefined ? optionSchema(question) : question.schema;
	return question.schema ?? kindSchema(question);
}

function kindSchema(question: CatalogueQuestion): z.ZodType {
	switch (question.kind) {
		case 'number':
			return z.number();
		case 'yesno':
			return z.boolean();
		case 'list':
			return z.array(z.string());
		case 'map':
			return z.record(z.string(), z.json());
		default:
			return z.string();
	}
}

function optionSchema(question: CatalogueQuestion): z.ZodType {
	return z.enum((question.options ?? []).map(({ value }) => value));
}

/** The rule for a value in a few words: the question's own, or its options. */
export function getQuestionRule(question: CatalogueQuestion): string | undefined {
	if (question.kind === 'choice' || question.kind === 'variant') {
		return question.rule ?? `one of ${formatOptionNames(question)}`;
	}
	return question.rule;
}
