import type { ReviewScreen, TicketStep } from '../../source/engine/guide/model.ts';
import type { Piece } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';
import type { Block } from './blocks.ts';
import { columnFor, labelled } from './labelled.ts';

interface Change {
	sign: '+' | '-' | '~';
	/** Empty where the words do not begin with one. */
	key: string;
	text: string;
}

const roles: Readonly<Record<Change['sign'], Role>> = {
	'+': 'done',
	'-': 'failure',
	'~': 'warning',
};

/** A change as the engine words it: "~ settings.fqdn  before -> after". */
export function changeOf(words: string): Change {
	const [, sign, key, text] = /^([+~-]) ([\w.]+)\s+(.*)$/s.exec(words) ?? [];
	if (sign === undefined || key === undefined) return { sign: '~', key: '', text: words };
	return { sign: sign as Change['sign'], key, text: text ?? '' };
}

/** Key of the question a change is about, where it is one that can be gone to. */
export function keyOfChange(words: string, ticket: readonly TicketStep[]): string | undefined {
	const { key } = changeOf(words);
	return ticket.some(({ lines }) => lines.some((line) => line.key === key)) ? key : undefined;
}

/** What differs from the answers of the earlier run, a block each. */
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
