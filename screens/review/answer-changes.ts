import type { AnswerSummaryStep, ReviewScreen } from '../../source/wizard/wizard-model.ts';
import type { TextPiece } from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';
import { createLabelledRows, getLabelColumnWidth } from './labelled-rows.ts';
import type { RowBlock } from './scroll-blocks.ts';

interface Change {
	sign: '+' | '-' | '~';
	/** Empty when the text does not start with a key. */
	key: string;
	text: string;
}

const roles: Readonly<Record<Change['sign'], TextRole>> = {
	'+': 'done',
	'-': 'failure',
	'~': 'warning',
};

/** Parses a change as the engine formats it: "~ settings.fqdn  before -> after". */
export function parseAnswerChange(line: string): Change {
	const [, sign, key, text] = /^([+~-]) ([\w.]+)\s+(.*)$/s.exec(line) ?? [];
	if (sign === undefined || key === undefined) return { sign: '~', key: '', text: line };
	return { sign: sign as Change['sign'], key, text: text ?? '' };
}

/** The key of the changed question, if it can be opened. */
export function getChangedQuestionKey(
	text: string,
	answerSummary: readonly AnswerSummaryStep[],
): string | undefined {
	const { key } = parseAnswerChange(text);
	return answerSummary.some(({ lines }) => lines.some((line) => line.key === key))
		? key
		: undefined;
}

/** One block for each answer that differs from the last run. */
export function createChangeBlocks(screen: ReviewScreen, theme: Theme, width: number): RowBlock[] {
	const { glyphs } = theme;
	const signs = { '+': glyphs.plus, '-': glyphs.minus, '~': glyphs.change };
	const changes = screen.changes.map(parseAnswerChange);
	const column = getLabelColumnWidth(
		changes.map(({ key }) => key),
		width,
	);
	return changes.map(({ sign, key, text }, at): RowBlock => {
		const piece: TextPiece = { text: signs[sign], role: roles[sign] };
		const rows = createLabelledRows({
			sign: piece,
			label: key,
			labelRole: 'strong',
			text: text.replaceAll(' -> ', () => ` ${glyphs.arrow} `),
			column: key === '' ? 0 : column,
			width,
		});
		return { id: `change:${at}`, rows };
	});
}
