import type { ReviewScreen, TicketStep } from '../../source/engine/guide/model.ts';
import type { Piece } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';
import type { Block } from './blocks.ts';
import { columnFor, labelled } from './labelled.ts';

interface Change {
	sign: '+' | '-' | '~';
	/** Empty when the text does not start with a key. */
	key: string;
	text: string;
}

const roles: Readonly<Record<Change['sign'], Role>> = {
	'+': 'done',
	'-': 'failure',
	'~': 'warning',
};

/** Parses a change as the engine formats it: "~ settings.fqdn  before -> after". */
export function changeOf(words: string): Change {
	const [, sign, key, text] = /^([+~-]) ([\w.]+)\s+(.*)$/s.exec(words) ?? [];
	if (sign === undefined || key === undefined) return { sign: '~', key: '', text: words };
	return { sign: sign as Change['sign'], key, text: text ?? '' };
}

/** The key of the changed question, if it can be opened. */
export function keyOfChange(words: string, ticket: readonly TicketStep[]): string | undefined {
	const { key } = changeOf(words);
	return ticket.some(({ lines }) => lines.some((line) => line.key === key)) ? key : undefined;
}

/** One block for each answer that differs from the last run. */
export function changeBlocks(screen: ReviewScreen, theme: Theme, width: number): Block[] {
	const { glyphs } = theme;
	const signs = { '+': glyphs.plus, '-': glyphs.minus, '~': glyphs.change };
	const changes = screen.changes.map(changeOf);
	const column = columnFor(
		changes.map(({ key }) => key),
		width,
	);
	return changes.map(({ sign, key, text }, at): Block => {
		const piece: Piece = { text: signs[sign], role: roles[sign] };
		const rows = labelled({
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
