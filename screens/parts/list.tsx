import { Box } from 'ink';
import SelectInput from 'ink-select-input';
import { createContext, type ReactNode, use } from 'react';
import type { Choice } from '../../source/wizard/wizard-model.ts';
import {
	FULL_CHOICE_ROWS,
	getChoiceHint,
	getLabelWidth,
	getVisibleChoiceCount,
	HINT_GAP,
	isChoiceTruncated,
	LIST_POINTER_WIDTH,
} from './list-layout.ts';
import type { ListState } from './list-state.ts';
import {
	getCellWidth,
	padText,
	TextLine,
	TextLines,
	type TextPiece,
	wrapSingleLine,
} from './styled-text.tsx';
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

function piecesOf(row: Row, isSelected: boolean, theme: Theme): TextPiece[] {
	const { choice, labelWidth, width } = row;
	const refused = choice.refusal !== undefined;
	const aside = getChoiceHint(choice);
	const { glyphs } = theme;
	const box = row.ticked === undefined ? '' : `${row.ticked ? glyphs.ticked : glyphs.unticked} `;
	const room = Math.max(4, Math.min(labelWidth, width - getCellWidth(box)));
	const label = box + padText(choice.label, room, theme);
	const role = refused ? 'dim' : isSelected ? 'accent' : undefined;
	return [
		{ text: isSelected ? `${glyphs.pointer} ` : '  ', role: 'accent' },
		{
			text: aside === '' ? label.trimEnd() : label,
			...(role && { role }),
			bold: isSelected && !refused,
		},
		...(aside === '' ? [] : [{ text: `${' '.repeat(HINT_GAP)}${aside}`, role: 'dim' as const }]),
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
	return (
		<TextLine width={row.width + LIST_POINTER_WIDTH} pieces={piecesOf(row, isSelected, theme)} />
	);
}

const NoIndicator = (): ReactNode => null;

const nothing = () => {};

/** Choices, one per row, with a pointer. `useList` handles the keys. */
export function ChoiceList({ choices, state, height, width, ticked }: ListProps): ReactNode {
	const { glyphs } = useTheme();
	const inner = width - LIST_POINTER_WIDTH;
	const shown = getVisibleChoiceCount(choices, height, width);
	const slice = choices.slice(state.offset, state.offset + shown);
	const labelWidth = getLabelWidth(choices, inner);
	const rows = slice.map((choice) => ({
		choice,
		labelWidth,
		width: inner,
		...(ticked && { ticked: ticked.has(choice.value) }),
	}));
	const pointed = choices[state.index];
	const needsWhole =
		pointed !== undefined &&
		height >= FULL_CHOICE_ROWS + 2 &&
		isChoiceTruncated(pointed, labelWidth, inner);
	const above = state.offset;
	const below = choices.length - state.offset - slice.length;
	const more = [
		...(above > 0 ? [`${glyphs.up} ${above} more`] : []),
		...(below > 0 ? [`${glyphs.down} ${below} more`] : []),
	].join('   ');
	return (
		<Box flexDirection="column" width={width}>
			{choices.length === 0 && (
				<TextLine width={width} pieces={[{ text: '  No matches', role: 'dim' }]} />
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
			{more !== '' && <TextLine width={width} pieces={[{ text: `  ${more}`, role: 'dim' }]} />}
			{needsWhole && pointed && (
				<TextLines
					width={width}
					height={FULL_CHOICE_ROWS}
					indent={`  ${glyphs.bar} `}
					colour="dim"
					lines={wrapSingleLine(
						[pointed.label, getChoiceHint(pointed)].filter(Boolean).join('  '),
						width - LIST_POINTER_WIDTH - 2,
					)}
				/>
			)}
		</Box>
	);
}
