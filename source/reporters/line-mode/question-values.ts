import type { Choice, QuestionScreen } from '../../wizard/wizard-model.ts';
import { formatInline } from '../format.ts';

const YES_NO: readonly Choice[] = [
	{ value: 'true', label: 'Yes' },
	{ value: 'false', label: 'No' },
];

/** The choices of a question: its own options, or looked-up ones. */
export function getChoices(screen: QuestionScreen): readonly Choice[] {
	if (screen.options.length > 0) return screen.options;
	if (screen.valueKind === 'yesno') return YES_NO;
	return screen.lookup?.choices ?? [];
}

/** Whether a value must be one of the options. */
export function acceptsOnlyChoices({ valueKind }: QuestionScreen): boolean {
	return valueKind === 'choice' || valueKind === 'variant' || valueKind === 'yesno';
}

/** Formats the current value; undefined if there is none. */
export function formatCurrentValue(screen: QuestionScreen): string | undefined {
	const { value, valueKind } = screen;
	if (value === undefined) return undefined;
	if (value === '') return 'empty';
	if (valueKind === 'secret') return secretWords(value);
	if (valueKind === 'multiline') return `the current text, ${countLines(String(value))}`;
	const choice = getChoices(screen).find((one) => one.value === String(value));
	if (choice !== undefined) return choice.label;
	if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(formatInline).join(', ');
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).map(([name, item]) =>
			item === '' ? name : `${name} = ${formatInline(item)}`,
		);
		return entries.length === 0 ? 'none' : entries.join(', ');
	}
	return formatInline(value);
}

function countLines(text: string): string {
	const count = text.trimEnd().split('\n').length;
	return count === 1 ? '1 line' : `${count} lines`;
}

/** Formats a reference to a secret; any other value may be the secret itself and is not printed. */
function secretWords(value: unknown): string {
	if (typeof value !== 'object' || value === null) return 'a secret';
	const [kind = '', where] = Object.entries(value)[0] ?? [];
	switch (kind) {
		case 'generate':
			return 'a generated value';
		case 'env':
			return `from the environment variable ${formatInline(where)}`;
		case 'file':
			return `from the file ${formatInline(where)}`;
		case 'command':
			return `from the command ${Array.isArray(where) ? where.join(' ') : formatInline(where)}`;
		default:
			return 'a secret';
	}
}
