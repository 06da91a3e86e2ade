import { Box } from 'ink';
import SelectInput from 'ink-select-input';
import { createContext, type ReactNode, use } from 'react';
import type { Choice } from '../../source/engine/guide/model.ts';
import { asideOf, GAP, isCut, labelWidthOf, listRows, POINTER, WHOLE_ROWS } from './list-layout.ts';
import type { ListState } from './list-state.ts';
import { cells, Line, Lines, type Piece, pad, wrapLines } from './text.tsx';
import { type Theme, useTheme } from './theme.ts';

export { type ListHandle, useList } from './use-list.ts';

interface ListProps {
	/** The filtered choices from `useList`. */
	choices: readonly Choice[];
	state: ListState;
	/** Available rows; the list takes no more than it needs. */
	height: number;
	width: number;
	/** Draws a checkbox before each choice, for lists with several selections. */
	ticked?: ReadonlySet<string>;
}

interface Row {
	choice: Choice;
	labelWidth: number;
	width: number;
	ticked?: boolean;
}

const RowContext = createContext<readonly Row[]>([]);

function piecesOf(row: Row, isSelected: boolean, theme: Theme): Piece[] {
	const { choice, labelWidth, width } = row;
	const refused = choice.refusal !== undefined;
	const aside = asideOf(choice);
	const { glyphs } = theme;
	const box = row.ticked === undefined ? '' : `${row.ticked ? glyphs.ticked : glyphs.unticked} `;
	const room = Math.max(4, Math.min(labelWidth, width - cells(box)));
	const label = box + pad(choice.label, room, theme);
	const role = refused ? 'dim' : isSelected ? 'accent' : undefined;
	return [
		{ text: isSelected ? `${glyphs.pointer} ` : '  ', role: 'accent' },
		{
			text: aside === '' ? label.trimEnd() : label,
			...(role && { role }),
			bold: isSelected && !refused,
		},
		...(aside === '' ? [] : [{ text: `${' '.repeat(GAP)}${aside}`, role: 'dim' as const }]),
	];
}

function ListRow({
	label,
	isSelected = false,
}: {
	label: string;
	isSelected?: boolean;
}): ReactNode {
	const theme = useTheme();
	const row = use(RowContext)[Number(label)];
	if (row === undefined) return null;
	return <Line width={row.width + POINTER} pieces={piecesOf(row, isSelected, theme)} />;
}

const NoIndicator = (): ReactNode => null;

const nothing = () => {};

/** Choices, one per row, with a pointer. `useList` handles the keys. */
export function List({ choices, state, height, width, ticked }: ListProps): ReactNode {
	const { glyphs } = useTheme();
	const inner = width - POINTER;
	const shown = listRows(choices, height, width);
	const slice = choices.slice(state.offset, state.offset + shown);
	const labelWidth = labelWidthOf(choices, inner);
	const rows = slice.map((choice) => ({
		choice,
		labelWidth,
		width: inner,
		...(ticked && { ticked: ticked.has(choice.value) }),
	}));
	const pointed = choices[state.index];
	const needsWhole =
		pointed !== undefined && height >= WHOLE_ROWS + 2 && isCut(pointed, labelWidth, inner);
	const above = state.offset;
	const below = choices.length - state.offset - slice.length;
	const more = [
		...(above > 0 ? [`${glyphs.up} ${above} more`] : []),
		...(below > 0 ? [`${glyphs.down} ${below} more`] : []),
	].join('   ');
	return (
		<Box flexDirection="column" width={width}>
			{choices.length === 0 && (
				<Line width={width} pieces={[{ text: '  No matches', role: 'dim' }]} />
			)}
			<RowContext value={rows}>
				<SelectInput
					// SelectInput keeps its own position; a new key resets it to ours.
					key={`${state.filter}:${state.offset}:${state.index}:${choices.length}`}
					isFocused={false}
					items={rows.map((_, at) => ({ key: String(at), label: String(at), value: at }))}
					initialIndex={state.index - state.offset}
					indicatorComponent={NoIndicator}
					itemComponent={ListRow}
					onSelect={nothing}
				/>
			</RowContext>
			{more !== '' && <Line width={width} pieces={[{ text: `  ${more}`, role: 'dim' }]} />}
			{needsWhole && pointed && (
				<Lines
					width={width}
					height={WHOLE_ROWS}
					indent={`  ${glyphs.bar} `}
					colour="dim"
					lines={wrapLines(
						[pointed.label, asideOf(pointed)].filter(Boolean).join('  '),
						width - POINTER - 2,
					)}
				/>
			)}
		</Box>
	);
}
