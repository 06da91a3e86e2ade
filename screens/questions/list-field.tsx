import { type ReactNode, useLayoutEffect, useState } from 'react';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { getVisibleRangeAround, type RowBlock } from '../parts/scroll-pane.tsx';
import { type RowPieces, TextLine, TextRows } from '../parts/styled-text.tsx';
import { TextFieldWithPointer } from '../parts/text-field.tsx';
import { type Theme, useTheme } from '../parts/theme.ts';
import { useDiscardConfirmation } from './discard-confirmation.tsx';
import { parseListItems, toListItems } from './field-values.ts';
import { type ItemEditor, useItemEditor } from './item-editor.ts';
import { FieldFeedback, type FieldProps, getVisibleProblem } from './line-field.tsx';
import { formatLookupNoticeLines, LookupNotice } from './lookup-field.tsx';

interface ListFieldProps extends FieldProps {
	initial?: readonly string[];
	/** Text that was already typed for a new item. */
	draft?: string;
	/** Receives the items on Escape; without it, Escape asks before it discards them. */
	onLeave?(items: readonly string[]): void;
}

/** Rows of the feedback below the items. */
const FEEDBACK_ROWS = 3;

/** Items one by one or comma-separated. Enter on an empty line submits them. */
export function ListField(props: ListFieldProps): ReactNode {
	const { screen, controller, width, onLeave, onItemCount } = props;
	const theme = useTheme();
	const [initial] = useState(() => props.initial ?? toListItems(screen.value));
	const [refused, setRefused] = useState(false);
	const editor = useItemEditor(initial, props.draft);
	const { all, before, after, cursor, field } = editor;
	const problems = controller.validateItems(all);
	const toValue = (items: readonly string[]) =>
		items.length === 0 && screen.optional ? undefined : items;
	const submit = () => {
		const value = toValue(all);
		if (value === undefined || controller.validate(value) === undefined) {
			controller.act({ type: 'answer', value });
			return;
		}
		setRefused(true);
		const [first] = [...problems.keys()].sort((a, b) => a - b);
		if (first !== undefined) editor.edit(all, first);
	};
	useRegisterFooterKeys('items');
	useKeyHandler((press) => {
		if (press.paste !== undefined) {
			const list = [...before, ...parseListItems(field.value + press.paste), ...after];
			editor.edit(list, list.length);
		} else if (press.is('addItem')) {
			if (field.value.trim() === '' && after.length === 0) submit();
			else editor.edit(all, all.length);
		} else if (press.is('itemUp') || (press.key.backspace && field.value === ''))
			editor.edit(all, Math.max(0, cursor - 1));
		else if (press.is('itemDown')) editor.edit(all, cursor + editor.own.length);
		else if (press.is('again') && screen.lookup) controller.act({ type: 'look-up-again' });
		else return false;
		return true;
	});
	const changed = onLeave === undefined && all.join('\n') !== initial.join('\n');
	const asked = useDiscardConfirmation(changed, () =>
		onLeave === undefined ? props.onBack() : onLeave(all),
	);
	const total = before.length + 1 + after.length;
	useLayoutEffect(() => onItemCount?.(total), [onItemCount, total]);

	const denied = screen.lookup?.state === 'denied' ? screen.lookup : undefined;
	const height = props.height - (denied ? formatLookupNoticeLines(denied, width, theme).length : 0);
	const room = Math.max(3, height - FEEDBACK_ROWS);
	const problem = findShownProblem(props, editor, problems, toValue(all), refused);
	return (
		<>
			{denied && <LookupNotice lookup={denied} width={width} />}
			<ItemRows {...{ editor, problems, width, height: room }} />
			{asked ?? (
				<FieldFeedback
					width={width}
					height={Math.max(1, height - Math.min(total, room))}
					problem={problem}
					good={false}
					rule={screen.rule}
					example={screen.example}
				/>
			)}
		</>
	);
}

/** The problem of the edited item, or after a rejected Enter that of the whole list. */
function findShownProblem(
	props: FieldProps,
	{ all, cursor, own, isNew }: ItemEditor,
	problems: ReadonlyMap<number, string>,
	value: unknown,
	refused: boolean,
): string | undefined {
	const bad = own.findIndex((_, at) => problems.has(cursor + at));
	if (!isNew && bad >= 0) return `"${all[cursor + bad]}" ${problems.get(cursor + bad)}`;
	return value === undefined ? undefined : getVisibleProblem(props, value, refused);
}

interface ItemRowsProps {
	editor: ItemEditor;
	problems: ReadonlyMap<number, string>;
	width: number;
	height: number;
}

/** Every item with its mark, and the text field in place of the edited one. */
function ItemRows({ editor, problems, width, height }: ItemRowsProps): ReactNode {
	const theme = useTheme();
	const { before, after, own, cursor, field, isNew } = editor;
	const rows: RowPieces[] = [
		...before.map((item, at) => itemRow(item, problems.get(at), theme)),
		[],
		...after.map((item, at) => itemRow(item, problems.get(cursor + own.length + at), theme)),
	];
	const blocks = rows.map((row, at): RowBlock => ({ id: String(at), rows: [row] }));
	const { top, end, above, below } = getVisibleRangeAround(blocks, String(cursor), height);
	const more = (glyph: string, count: number) =>
		count > 0 && (
			<TextLine width={width} pieces={[{ text: `${glyph} ${count} more`, role: 'dim' }]} />
		);
	const another = isNew ? 'another, or Enter to continue' : 'an empty item is removed';
	return (
		<>
			{more(theme.glyphs.up, above)}
			<TextRows width={width} rows={rows.slice(top, cursor)} />
			<TextFieldWithPointer
				state={field.state}
				width={width}
				placeholder={rows.length === 1 ? 'one or more, comma-separated' : another}
			/>
			<TextRows width={width} rows={rows.slice(cursor + 1, end)} />
			{more(theme.glyphs.down, below)}
		</>
	);
}

function itemRow(item: string, problem: string | undefined, { glyphs }: Theme): RowPieces {
	return problem === undefined
		? [{ text: `${glyphs.done} `, role: 'done' }, item]
		: [
				{ text: `${glyphs.failed} `, role: 'failure' },
				item,
				{ text: `  ${problem}`, role: 'failure' },
			];
}
