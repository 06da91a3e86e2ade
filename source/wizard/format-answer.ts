import { describeSecretReferenceKind } from '../engine/answers/resolve-secret-reference.ts';
import { formatCount } from '../engine/format.ts';
import type { Question } from '../engine/question.ts';

/** Formats an answer on one line; a secret only as its reference. */
export function formatAnswer(question: Pick<Question, 'kind' | 'options'>, value: unknown): string {
	if (value === undefined || value === '') return 'none';
	switch (question.kind) {
		case 'secret':
			return describeSecretReferenceKind(value);
		case 'yesno':
			return value === true ? 'yes' : 'no';
		case 'choice':
		case 'variant':
			return question.options?.find((option) => option.value === value)?.label ?? String(value);
		case 'list':
			return Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : 'none';
		case 'map':
			return mapWords(value);
		case 'multiline':
			return formatCount(String(value).split('\n').length, 'line');
		default:
			return String(value);
	}
}

function mapWords(value: unknown): string {
	const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
	if (entries.length === 0) return 'none';
	const words = entries.map(([name, item]) =>
		['string', 'number', 'boolean'].includes(typeof item) && item !== ''
			? `${name} = ${item}`
			: name,
	);
	return words.join(', ');
}
