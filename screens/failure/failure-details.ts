import type { Diagnostic } from '../../source/engine/events.ts';
import { labelNextSteps } from '../../source/engine/next-steps.ts';
import { formatDetailLines } from '../../source/engine/terminal-escape.ts';
import type { FailureScreen } from '../../source/wizard/wizard-model.ts';
import { wrapMultilineText, wrapSingleLine } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';
import { createLabelledRows } from '../review/labelled-rows.ts';
import type { TextRow } from '../review/scroll-blocks.ts';

const COLUMN = 9;

/** A diagnostic of Terraform, always shown in full. */
function diagnosticRows(diagnostic: Diagnostic, width: number, theme: Theme): TextRow[] {
	const { severity, summary, detail, address, range, snippet } = diagnostic;
	const { glyphs } = theme;
	const bad = severity === 'error';
	const role = bad ? 'failure' : 'warning';
	const where = [address, range].filter((part) => part !== undefined).join('   ');
	const body = [summary, detail].filter((text) => text.trim() !== '').join('\n');
	return [
		...wrapSingleLine(where === '' ? `terraform: ${severity}` : where, width - 2).map(
			(text, at): TextRow => [
				at === 0 ? { text: `${bad ? glyphs.failed : glyphs.warning} `, role } : '  ',
				{ text, role: 'strong' },
			],
		),
		...(snippet === undefined
			? []
			: wrapMultilineText(snippet, width - 4).map(
					(text): TextRow => ['    ', { text, role: 'dim' }],
				)),
		...wrapMultilineText(body, width - 2).map((text): TextRow => ['  ', text]),
		[],
	];
}

const listRows = (label: string, texts: readonly string[], width: number): TextRow[] =>
	texts.length === 0
		? []
		: createLabelledRows({
				label,
				labelRole: 'dim',
				text: texts.join(', '),
				column: COLUMN,
				width,
			});

/** Everything between the cause and the choices: diagnostics, completed steps, log. */
export function failureDetailRows(screen: FailureScreen, width: number, theme: Theme): TextRow[] {
	const order = { error: 0, warning: 1 };
	const diagnostics = [...screen.diagnostics].sort((a, b) => order[a.severity] - order[b.severity]);
	const fact = (label: string, text: string | undefined): TextRow[] =>
		text === undefined
			? []
			: createLabelledRows({ label, labelRole: 'dim', text, column: COLUMN, width });
	const first = [
		...fact('expected', screen.expected),
		...screen.details
			.flatMap(formatDetailLines)
			.flatMap((line) => wrapSingleLine(line, width - 2).map((text): TextRow => ['  ', text])),
	];
	const last = [
		...listRows('done', screen.done, width),
		...listRows('not done', screen.notDone, width),
		...labelNextSteps(screen.next).flatMap(({ label, text }) => fact(label, text)),
		...fact('log', screen.log),
	];
	const words = diagnostics.flatMap((diagnostic) => diagnosticRows(diagnostic, width, theme));
	return [...first, ...(first.length > 0 ? [[]] : []), ...words, ...last];
}
