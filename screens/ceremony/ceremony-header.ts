import type { CeremonyProgress } from '../../source/engine/prompt.ts';
import { stepperLine } from '../parts/stepper.ts';
import { getCellWidth, type TextPiece, truncateText } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';
import { type CeremonyRows, wrapRows } from './ceremony-rows.ts';

type Custodian = CeremonyProgress['custodians'][number];

/** From this height on each key holder has a row with the fingerprint. */
const ROOMY = 28;

function markOf({ state }: Custodian, { glyphs }: Theme): Exclude<TextPiece, string> {
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
export function ceremonyHeaderRows(
	progress: CeremonyProgress,
	body: { width: number; height: number },
	theme: Theme,
): CeremonyRows {
	const { width, height } = body;
	const stages = progress.stages.map((stage) => ({ ...stage, id: stage.title }));
	return [
		[{ text: progress.title, role: 'strong' }],
		...(stages.length === 0 ? [] : [stepperLine(stages, width, theme)]),
		...custodianRows(progress.custodians, width, height >= ROOMY, theme),
		...wrapRows(`Current unseal keys: ${progress.safe}`, width, { mark: `${theme.glyphs.bar} ` }),
	];
}

function custodianRows(
	all: readonly Custodian[],
	width: number,
	roomy: boolean,
	theme: Theme,
): CeremonyRows {
	if (all.length === 0) return [];
	if (roomy) return all.map((one) => rowOf(one, all, width, theme));
	const line = all.flatMap((one, at): TextPiece[] => [
		...(at > 0 ? ['  '] : []),
		markOf(one, theme),
		` ${one.name}`,
	]);
	const length = line.reduce((sum, piece) => sum + getCellWidth(textOf(piece)), 0);
	return length <= width ? [line] : [countsOf(all, theme)];
}

const textOf = (piece: TextPiece): string => (typeof piece === 'string' ? piece : piece.text);

function rowOf(
	one: Custodian,
	all: readonly Custodian[],
	width: number,
	theme: Theme,
): TextPiece[] {
	const longest = Math.min(24, Math.max(...all.map(({ name }) => getCellWidth(name))));
	const name = truncateText(one.name, longest, theme);
	return [
		markOf(one, theme),
		` ${name}${' '.repeat(longest - getCellWidth(name))}  ${stateWords[one.state].padEnd(11)}`,
		{
			text: `  ${one.fingerprint ?? 'no PGP key: shown on screen'}`.slice(0, width),
			role: 'dim',
		},
	];
}

/** For more key holders than fit a row: the current one, and counts by state. */
function countsOf(all: readonly Custodian[], theme: Theme): TextPiece[] {
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
