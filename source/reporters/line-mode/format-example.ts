import type { QuestionScreen } from '../../wizard/wizard-model.ts';

/** Formats an example as it is typed in line mode, which differs from the answers file for some kinds. */
export function formatExample({ example, valueKind }: QuestionScreen): string | undefined {
	if (example === undefined || valueKind === 'multiline') return undefined;
	if (valueKind !== 'secret' && valueKind !== 'map') return example;
	const entries = Object.entries(parsed(example));
	if (entries.length === 0) return undefined;
	const texts = entries.filter((entry) => typeof entry[1] === 'string');
	if (valueKind === 'secret') return texts.map(([kind, where]) => `${kind} ${where}`)[0];
	return texts.length === entries.length
		? texts.map(([name, text]) => `${name} = ${text}`).join(', ')
		: undefined;
}

function parsed(text: string): object {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
}
