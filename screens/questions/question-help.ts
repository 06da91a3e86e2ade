import type { QuestionScreen } from '../../source/wizard/wizard-model.ts';
import { wrapSingleLine } from '../parts/styled-text.tsx';

/** All help for a question, wrapped. */
export function questionHelpLines(screen: QuestionScreen, width: number): string[] {
	const facts = [
		screen.rule && `Rule: ${screen.rule}`,
		screen.example && `Example: ${screen.example}`,
		screen.defaultWords && `Default: ${screen.defaultWords}`,
		screen.variableAlias,
		`Answers file key: ${screen.key}`,
	].filter((fact) => fact !== undefined && fact !== '');
	return [
		...wrapSingleLine(screen.help, width),
		'',
		...facts.flatMap((fact) => wrapSingleLine(String(fact), width)),
	];
}
