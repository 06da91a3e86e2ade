import { type ReactNode, useState } from 'react';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { TextLine } from '../parts/styled-text.tsx';
import { TextFieldWithPointer, useTextField } from '../parts/text-field.tsx';
import { useTheme } from '../parts/theme.ts';
import { FieldFeedback } from './field-feedback.tsx';
import { type FieldProps, getVisibleProblem } from './field-props.ts';
import { parseListItems, toListItems } from './field-values.ts';
import { LookupNotice, lookupNoticeLines } from './lookup-notice.tsx';

interface ListFieldProps extends FieldProps {
	initial?: readonly string[];
	onBack?(): void;
}

/** Items one by one or comma-separated. Enter on an empty line submits them. */
export function ListField(props: ListFieldProps): ReactNode {
	const { screen, guide, width } = props;
	const theme = useTheme();
	const { glyphs } = theme;
	const denied = screen.lookup?.state === 'denied' ? screen.lookup : undefined;
	const height = props.height - (denied ? lookupNoticeLines(denied, width, theme).length : 0);
	const [items, setItems] = useState<readonly string[]>(props.initial ?? toListItems(screen.value));
	const [refused, setRefused] = useState(false);
	const field = useTextField();
	const all = [...items, ...parseListItems(field.value)];
	const value = all.length === 0 && screen.optional ? undefined : all;
	const problem = value === undefined ? undefined : getVisibleProblem(props, value, refused);
	useFooter('items');
	useKeyHandler((press) => {
		if (press.paste !== undefined) {
			setItems([...items, ...parseListItems(field.value + press.paste)]);
			field.act({ type: 'set', text: '' });
		} else if (press.is('addItem')) {
			if (field.value.trim() !== '') {
				setItems(all);
				field.act({ type: 'set', text: '' });
			} else if (value !== undefined && guide.problemOf(value) !== undefined) setRefused(true);
			else guide.act({ type: 'answer', value });
		} else if (press.is('lastItem') || (press.key.backspace && field.value === '')) {
			const last = items.at(-1);
			if (last === undefined || field.value !== '') return true;
			setItems(items.slice(0, -1));
			field.act({ type: 'set', text: last });
		} else if (press.is('again') && screen.lookup) guide.act({ type: 'look-up-again' });
		else if (press.is('backFromText')) {
			if (props.onBack) props.onBack();
			else guide.act({ type: 'back' });
		} else return false;
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
			{items.slice(hidden).map((item, at) => (
				<TextLine
					// biome-ignore lint/suspicious/noArrayIndexKey: items may be the same
					key={at}
					width={width}
					pieces={[{ text: `${glyphs.done} `, role: 'done' }, item]}
				/>
			))}
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
