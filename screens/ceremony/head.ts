import type { CeremonyView } from '../../source/engine/moment.ts';
import { railLine } from '../parts/rail.ts';
import { cells, fitText, type Piece } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';
import { type Rows, wrappedRows } from './lines.ts';

type Custodian = CeremonyView['custodians'][number];

/** From this height on each key holder has a row with the fingerprint. */
const ROOMY = 28;

function markOf({ state }: Custodian, { glyphs }: Theme): Exclude<Piece, string> {
	switch (state) {
		case 'waiting':
			return { text: glyphs.open };
		case 'current':
			return { text: glyphs.current, role: 'accent', bold: true };
		case 'received':
			return { text: glyphs.arrow, role: 'accent' };
		case 'proven':
			return { text: glyphs.done, role: 'done' };
	}
}

const stateWords: Readonly<Record<Custodian['state'], string>> = {
	waiting: 'waiting',
	current: 'current',
	received: 'has a share',
	proven: 'verified',
};

/** Above every prompt: the stages, the key holders and the current unseal keys. */
export function headRows(
	view: CeremonyView,
	body: { width: number; height: number },
	theme: Theme,
): Rows {
	const { width, height } = body;
	const stages = view.stages.map((stage) => ({ ...stage, id: stage.title }));
	return [
		[{ text: view.title, role: 'strong' }],
		...(stages.length === 0 ? [] : [railLine(stages, width, theme)]),
		...custodianRows(view.custodians, width, height >= ROOMY, theme),
		...wrappedRows(`Current unseal keys: ${view.safe}`, width, { mark: `${theme.glyphs.bar} ` }),
	];
}

function custodianRows(
	all: readonly Custodian[],
	width: number,
	roomy: boolean,
	theme: Theme,
): Rows {
	if (all.length === 0) return [];
	if (roomy) return all.map((one) => rowOf(one, all, width, theme));
	const line = all.flatMap((one, at): Piece[] => [
		...(at > 0 ? ['  '] : []),
		markOf(one, theme),
		` ${one.name}`,
	]);
	const length = line.reduce((sum, piece) => sum + cells(textOf(piece)), 0);
	return length <= width ? [line] : [countsOf(all, theme)];
}

const textOf = (piece: Piece): string => (typeof piece === 'string' ? piece : piece.text);

function rowOf(one: Custodian, all: readonly Custodian[], width: number, theme: Theme): Piece[] {
	const longest = Math.min(24, Math.max(...all.map(({ name }) => cells(name))));
	const name = fitText(one.name, longest, theme);
	return [
		markOf(one, theme),
		` ${name}${' '.repeat(longest - cells(name))}  ${stateWords[one.state].padEnd(11)}`,
		{
			text: `  ${one.fingerprint ?? 'no PGP key: shown on screen'}`.slice(0, width),
			role: 'dim',
		},
	];
}

/** For more key holders than fit a row: the current one, and counts by state. */
function countsOf(all: readonly Custodian[], theme: Theme): Piece[] {
	const current = all.find(({ state }) => state === 'current');
	const counts = (['proven', 'received', 'waiting'] as const).flatMap((state) => {
		const count = all.filter((one) => one.state === state).length;
		const words = { proven: 'verified', received: 'with a share', waiting: 'waiting' };
		return count === 0 ? [] : [`${count} ${words[state]}`];
	});
	return [
		...(current === undefined ? [] : [markOf(current, theme), ` ${current.name}   `]),
		{ text: counts.join(', '), role: 'dim' },
	];
}
