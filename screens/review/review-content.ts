import type {
	AnswerSummaryLine,
	AnswerSummaryStep,
	ReviewScreen,
} from '../../source/wizard/wizard-view-model.ts';
import {
	blankBlock,
	createLabelledRows,
	getLabelColumnWidth,
	type RowBlock,
} from '../parts/scroll-pane.tsx';
import { type RowPieces, type TextPiece, wrapTextToRows } from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';

/** The blocks of the review and the questions their rows open. */
interface ReviewContent {
	blocks: RowBlock[];
	/** Question key by row id. */
	keys: ReadonlyMap<string, string>;
}

const beside: Readonly<Record<AnswerSummaryLine['source'], string>> = {
	given: '',
	default: ' (default)',
	derived: ' (derived)',
};

/** A bold title above selectable rows. */
function section(title: RowPieces, blocks: readonly RowBlock[]): RowBlock[] {
	return blocks.length === 0 ? [] : [{ rows: [title] }, ...blocks, blankBlock];
}

function problemBlocks(screen: ReviewScreen, theme: Theme, width: number): RowBlock[] {
	const { glyphs } = theme;
	const count = screen.problems.length;
	const words = `${count} ${count === 1 ? 'problem' : 'problems'} to fix before you can start`;
	return section(
		[{ text: `${glyphs.failed} ${words}`, role: 'failure' }],
		screen.problems.map(({ key, text }, at): RowBlock => {
			const rows = wrapTextToRows(text, width, { mark: '  ' });
			return { id: `problem:${at}`, rows: [[{ text: key, role: 'strong' }], ...rows] };
		}),
	);
}

function changeSection(screen: ReviewScreen, theme: Theme, width: number): RowBlock[] {
	const words = `${theme.glyphs.warning} Answers changed since the last run of this session`;
	return section([{ text: words, role: 'warning' }], createChangeBlocks(screen, theme, width));
}

function intentBlocks(screen: ReviewScreen, width: number): RowBlock[] {
	const column = getLabelColumnWidth(
		screen.intent.map(({ title }) => title),
		width,
	);
	return section(
		[{ text: 'What will happen', role: 'strong' }],
		screen.intent.flatMap(({ step, title, lines }) =>
			lines.map(
				(text, at): RowBlock => ({
					id: `intent:${step}:${at}`,
					rows: createLabelledRows({
						label: at === 0 ? title : '',
						labelRole: 'accent',
						text,
						column,
						width,
					}),
				}),
			),
		),
	);
}

function answerBlocks(
	answerSummary: readonly AnswerSummaryStep[],
	theme: Theme,
	width: number,
): RowBlock[] {
	const steps = answerSummary.filter(({ lines }) => lines.length > 0);
	const column = getLabelColumnWidth(
		steps.flatMap(({ lines }) => lines.map(({ label }) => label)),
		width,
	);
	return steps.flatMap(({ title, lines }) => [
		{ rows: [[{ text: `${title} ${theme.glyphs.dash} answers`, role: 'strong' }]] },
		...lines.map((line): RowBlock => {
			const own = line.source === 'given';
			return {
				id: `answer:${line.key}`,
				rows: createLabelledRows({
					label: line.label,
					labelRole: 'dim',
					text: `${line.value}${beside[line.source]}`,
					...(!own && { role: 'dim' as const }),
					column,
					width,
				}),
			};
		}),
		blankBlock,
	]);
}

/** The whole review: problems, changes, planned actions and every answer. */
export function createReviewContent(
	screen: ReviewScreen,
	answerSummary: readonly AnswerSummaryStep[],
	theme: Theme,
	width: number,
): ReviewContent {
	const keys = new Map<string, string>();
	for (const [at, { key }] of screen.problems.entries()) keys.set(`problem:${at}`, key);
	for (const [at, change] of screen.changes.entries()) {
		const key = findChangedQuestionKey(change, answerSummary);
		if (key !== undefined) keys.set(`change:${at}`, key);
	}
	for (const { lines } of answerSummary)
		for (const { key } of lines) keys.set(`answer:${key}`, key);
	const blocks = [
		...problemBlocks(screen, theme, width),
		...changeSection(screen, theme, width),
		...intentBlocks(screen, width),
		...answerBlocks(answerSummary, theme, width),
	];
	return { blocks: blocks.at(-1) === blankBlock ? blocks.slice(0, -1) : blocks, keys };
}

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
export function findChangedQuestionKey(
	text: string,
	answerSummary: readonly AnswerSummaryStep[],
): string | undefined {
	const { key } = parseAnswerChange(text);
	return answerSummary.some(({ lines }) => lines.some((line) => line.key === key))
		? key
		: undefined;
}

/** One block for each answer that differs from the last run. */
function createChangeBlocks(screen: ReviewScreen, theme: Theme, width: number): RowBlock[] {
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
