import type { Diagnostic } from '../../source/engine/events.ts';
import type { FailureScreen } from '../../source/engine/guide/model.ts';
import { labelledSteps } from '../../source/engine/next-steps.ts';
import { detailLines } from '../../source/engine/terminal-text.ts';
import { wrapLines, wrapText } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';
import type { Row } from '../review/blocks.ts';
import { labelled } from '../review/labelled.ts';

const COLUMN = 9;

/** A diagnostic of Terraform, always shown in full. */
function diagnosticRows(diagnostic: Diagnostic, width: number, theme: Theme): Row[] {
	const { severity, summary, detail, address, range, snippet } = diagnostic;
	const { glyphs } = theme;
	const bad = severity === 'error';
	const role = bad ? 'failure' : 'warning';
	const where = [address, range].filter((part) => part !== undefined).join('   ');
	const body = [summary, detail].filter((text) => text.trim() !== '').join('\n');
	return [
		...wrapLines(where === '' ? `terraform: ${severity}` : where, width - 2).map(
			(text, at): Row => [
				at === 0 ? { text: `${bad ? glyphs.failed : glyphs.warning} `, role } : '  ',
				{ text, role: 'strong' },
			],
		),
		...(snippet === undefined
			? []
			: wrapText(snippet, width - 4).map((text): Row => ['    ', { text, role: 'dim' }])),
		...wrapText(body, width - 2).map((text): Row => ['  ', text]),
		[],
	];
}

const listRows = (label: string, texts: readonly string[], width: number): Row[] =>
	texts.length === 0
		? []
		: labelled({ label, labelRole: 'dim', text: texts.join(', '), column: COLUMN, width });

/** Everything between the cause and the choices: diagnostics, completed steps, log. */
export function factRows(screen: FailureScreen, width: number, theme: Theme): Row[] {
	const order = { error: 0, warning: 1 };
	const diagnostics = [...screen.diagnostics].sort((a, b) => order[a.severity] - order[b.severity]);
	const fact = (label: string, text: string | undefined): Row[] =>
		text === undefined ? [] : labelled({ label, labelRole: 'dim', text, column: COLUMN, width });
	const first = [
		...fact('expected', screen.expected),
		...screen.details
			.flatMap(detailLines)
			.flatMap((line) => wrapLines(line, width - 2).map((text): Row => ['  ', text])),
	];
	const last = [
		...listRows('done', screen.done, width),
		...listRows('not done', screen.notDone, width),
		...labelledSteps(screen.next).flatMap(({ label, text }) => fact(label, text)),
		...fact('log', screen.log),
	];
	const words = diagnostics.flatMap((diagnostic) => diagnosticRows(diagnostic, width, theme));
	return [...first, ...(first.length > 0 ? [[]] : []), ...words, ...last];
}
