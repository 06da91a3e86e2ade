import type { ReviewScreen, TicketLine, TicketStep } from '../../source/engine/guide/model.ts';
import { wrapLines } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';
import { type Block, gap, heading, type Row } from './blocks.ts';
import { changeBlocks, keyOfChange } from './change.ts';
import { columnFor, labelled } from './labelled.ts';

/** The blocks of the review and the questions their rows open. */
export interface Content {
	blocks: Block[];
	/** Question key by row id. */
	keys: ReadonlyMap<string, string>;
}

const beside: Readonly<Record<TicketLine['source'], string>> = {
	given: '',
	default: ' (default)',
	derived: ' (derived)',
};

/** A bold title above selectable rows. */
function section(title: Row, blocks: readonly Block[]): Block[] {
	return blocks.length === 0 ? [] : [{ rows: [title] }, ...blocks, gap];
}

function problemBlocks(screen: ReviewScreen, theme: Theme, width: number): Block[] {
	const { glyphs } = theme;
	const count = screen.problems.length;
	const words = `${count} ${count === 1 ? 'problem' : 'problems'} to fix before you can start`;
	return section(
		[{ text: `${glyphs.failed} ${words}`, role: 'failure' }],
		screen.problems.map(({ key, text }, at): Block => {
			const rows = wrapLines(text, width - 2).map((line): Row => ['  ', line]);
			return { id: `problem:${at}`, rows: [[{ text: key, role: 'strong' }], ...rows] };
		}),
	);
}

function changeSection(screen: ReviewScreen, theme: Theme, width: number): Block[] {
	const words = `${theme.glyphs.warning} Answers changed since the last run of this session`;
	return section([{ text: words, role: 'warning' }], changeBlocks(screen, theme, width));
}

function intentBlocks(screen: ReviewScreen, width: number): Block[] {
	const column = columnFor(
		screen.intent.map(({ title }) => title),
		width,
	);
	return section(
		[{ text: 'What will happen', role: 'strong' }],
		screen.intent.flatMap(({ step, title, lines }) =>
			lines.map(
				(text, at): Block => ({
					id: `intent:${step}:${at}`,
					rows: labelled({
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

function answerBlocks(ticket: readonly TicketStep[], theme: Theme, width: number): Block[] {
	const steps = ticket.filter(({ lines }) => lines.length > 0);
	const column = columnFor(
		steps.flatMap(({ lines }) => lines.map(({ label }) => label)),
		width,
	);
	return steps.flatMap(({ title, lines }) => [
		heading({ text: `${title} ${theme.glyphs.dash} answers`, role: 'strong' }),
		...lines.map((line): Block => {
			const own = line.source === 'given';
			return {
				id: `answer:${line.key}`,
				rows: labelled({
					label: line.label,
					labelRole: 'dim',
					text: `${line.value}${beside[line.source]}`,
					...(!own && { role: 'dim' as const }),
					column,
					width,
				}),
			};
		}),
		gap,
	]);
}

/** The whole review: problems, changes, planned actions and every answer. */
export function reviewContent(
	screen: ReviewScreen,
	ticket: readonly TicketStep[],
	theme: Theme,
	width: number,
): Content {
	const keys = new Map<string, string>();
	for (const [at, { key }] of screen.problems.entries()) keys.set(`problem:${at}`, key);
	for (const [at, change] of screen.changes.entries()) {
		const key = keyOfChange(change, ticket);
		if (key !== undefined) keys.set(`change:${at}`, key);
	}
	for (const { lines } of ticket) for (const { key } of lines) keys.set(`answer:${key}`, key);
	const blocks = [
		...problemBlocks(screen, theme, width),
		...changeSection(screen, theme, width),
		...intentBlocks(screen, width),
		...answerBlocks(ticket, theme, width),
	];
	return { blocks: blocks.at(-1) === gap ? blocks.slice(0, -1) : blocks, keys };
}
