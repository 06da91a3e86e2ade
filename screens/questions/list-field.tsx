import { type ReactNode, useState } from 'react';
import type { Choice } from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { ChoiceList, useList } from '../parts/list.tsx';
import { TextLine, TextLines, TextRows, wrapAndTruncate } from '../parts/styled-text.tsx';
import { TextFieldWithPointer, useTextField } from '../parts/text-field.tsx';
import { useTheme } from '../parts/theme.ts';
import { parseListItems, toListItems } from './field-values.ts';
import { FieldFeedback, type FieldProps, getVisibleProblem } from './line-field.tsx';
import { formatLookupNoticeLines, LookupNotice } from './lookup-field.tsx';

interface ListFieldProps extends FieldProps {
	initial?: readonly string[];
}

/** Items one by one or comma-separated. Enter on an empty line submits them. */
export function ListField(props: ListFieldProps): ReactNode {
	const { screen, controller, width } = props;
	const theme = useTheme();
	const { glyphs } = theme;
	const denied = screen.lookup?.state === 'denied' ? screen.lookup : undefined;
	const height = props.height - (denied ? formatLookupNoticeLines(denied, width, theme).length : 0);
	const [items, setItems] = useState<readonly string[]>(props.initial ?? toListItems(screen.value));
	const [refused, setRefused] = useState(false);
	const field = useTextField();
	const all = [...items, ...parseListItems(field.value)];
	const value = all.length === 0 && screen.optional ? undefined : all;
	const problem = value === undefined ? undefined : getVisibleProblem(props, value, refused);
	useRegisterFooterKeys('items');
	useKeyHandler((press) => {
		if (press.paste !== undefined) {
			setItems([...items, ...parseListItems(field.value + press.paste)]);
			field.act({ type: 'set', text: '' });
		} else if (press.is('addItem')) {
			if (field.value.trim() !== '') {
				setItems(all);
				field.act({ type: 'set', text: '' });
			} else if (value !== undefined && controller.validate(value) !== undefined) setRefused(true);
			else controller.act({ type: 'answer', value });
		} else if (press.is('lastItem') || (press.key.backspace && field.value === '')) {
			const last = items.at(-1);
			if (last === undefined || field.value !== '') return true;
			setItems(items.slice(0, -1));
			field.act({ type: 'set', text: last });
		} else if (press.is('again') && screen.lookup) controller.act({ type: 'look-up-again' });
		else if (press.is('backFromText')) props.onBack();
		else return false;
		return true;
	});
	const room = Math.max(1, height - 4);
	const hidden = Math.max(0, items.length - room);
	return (
		<>
			{denied && <LookupNotice lookup={denied} width={width} />}
			{hidden > 0 && (
				<TextLine width={width} pieces={[{ text: `${glyphs.up} ${hidden} more`, role: 'dim' }]} />
			)}
			<TextRows
				width={width}
				rows={items.slice(hidden).map((item) => [{ text: `${glyphs.done} `, role: 'done' }, item])}
			/>
			<TextFieldWithPointer
				state={field.state}
				width={width}
				placeholder={
					items.length === 0 ? 'one or more, comma-separated' : 'another, or Enter to continue'
				}
			/>
			<FieldFeedback
				width={width}
				height={Math.max(1, height - Math.min(items.length, room) - 2)}
				problem={problem}
				good={false}
				rule={screen.rule}
				example={screen.example}
			/>
		</>
	);
}

const TYPE = '\u0000type';

/** Several values of a lookup: space selects, Enter confirms. */
export function MultiSelectField(props: FieldProps): ReactNode {
	const { screen, controller, width, height } = props;
	const { lookup } = screen;
	const theme = useTheme();
	const [ticked, setTicked] = useState<readonly string[]>(toListItems(screen.value));
	const [refused, setRefused] = useState(false);
	const [said, setSaid] = useState<string | undefined>(undefined);
	const [typing, setTyping] = useState(false);
	const found = lookup?.choices ?? [];
	const others = ticked.filter((value) => !found.some((choice) => choice.value === value));
	const choices: Choice[] = [
		...others.map((value) => ({ value, label: value, hint: 'custom' })),
		...found,
		{ value: TYPE, label: 'Enter custom values', hint: 'not listed' },
	];
	const value = ticked.length === 0 && screen.optional ? undefined : ticked;
	const problem =
		said ?? (value === undefined ? undefined : getVisibleProblem(props, value, refused));
	const problemLines = problem === undefined ? [] : wrapAndTruncate(problem, width, 3, theme);
	const notice = lookup === undefined ? [] : formatLookupNoticeLines(lookup, width, theme);
	const room = Math.max(2, height - problemLines.length - 1 - notice.length);
	const toggle = (choice: Choice) => {
		setSaid(choice.refusal && `Unavailable: ${choice.refusal}`);
		if (choice.refusal !== undefined) return;
		const without = ticked.filter((item) => item !== choice.value);
		setTicked(without.length < ticked.length ? without : [...ticked, choice.value]);
	};
	useRegisterFooterKeys('multi', { active: !typing });
	useKeyHandler(
		(press) => {
			if (press.is('takeTicked')) {
				if (list.choice?.value === TYPE) setTyping(true);
				else if (value !== undefined && controller.validate(value) !== undefined) setRefused(true);
				else controller.act({ type: 'answer', value });
			} else if (press.is('again')) controller.act({ type: 'look-up-again' });
			else if (press.is('back', 'escape')) props.onBack();
			else return false;
			return true;
		},
		{ active: !typing },
	);
	const list = useList(choices, {
		height: room,
		width,
		typeAhead: true,
		reserved: ['toggle'],
		active: !typing,
	});
	// Registered after the list, so that a blank selects even during a search.
	useKeyHandler(
		(press) => {
			if (!press.is('toggle') || list.choice === undefined) return false;
			if (list.choice.value === TYPE) setTyping(true);
			else toggle(list.choice);
			return true;
		},
		{ active: !typing },
	);
	if (typing) return <ListField {...props} initial={ticked} onBack={() => setTyping(false)} />;
	const finding = list.state.filtering ? `   search: ${list.state.filter}_` : '';
	return (
		<>
			{lookup && <LookupNotice lookup={lookup} width={width} />}
			<TextLines width={width} lines={[`${ticked.length} selected${finding}`]} colour="dim" />
			<ChoiceList list={list} height={room} width={width} ticked={new Set(ticked)} />
			<TextLines width={width} lines={problemLines} colour="failure" />
		</>
	);
}
