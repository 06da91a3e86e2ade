import { type ReactNode, useState } from 'react';
import { useFooter } from '../parts/footer.tsx';
import { useKeys } from '../parts/keys.ts';
import { Line } from '../parts/text.tsx';
import { PromptedField, useTextField } from '../parts/text-field.tsx';
import { useTheme } from '../parts/theme.ts';
import { type FieldProps, problemShown } from './field.ts';
import { LookupNotice, noticeLines } from './lookup-notice.tsx';
import { itemsOf, splitItems } from './values.ts';
import { Verdict } from './verdict.tsx';

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
	const height = props.height - (denied ? noticeLines(denied, width, theme).length : 0);
	const [items, setItems] = useState<readonly string[]>(props.initial ?? itemsOf(screen.value));
	const [refused, setRefused] = useState(false);
	const field = useTextField();
	const all = [...items, ...splitItems(field.value)];
	const value = all.length === 0 && screen.optional ? undefined : all;
	const problem = value === undefined ? undefined : problemShown(props, value, refused);
	useFooter('items');
	useKeys((press) => {
		if (press.paste !== undefined) {
			setItems([...items, ...splitItems(field.value + press.paste)]);
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
				<Line width={width} pieces={[{ text: `${glyphs.up} ${hidden} more`, role: 'dim' }]} />
			)}
			{items.slice(hidden).map((item, at) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: items may be the same
				<Line key={at} width={width} pieces={[{ text: `${glyphs.done} `, role: 'done' }, item]} />
			))}
			<PromptedField
				state={field.state}
				width={width}
				placeholder={
					items.length === 0 ? 'one or more, comma-separated' : 'another, or Enter to continue'
				}
			/>
			<Verdict
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
