import { type ReactNode, useState } from 'react';
import type { Choice } from '../../source/wizard/wizard-model.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { ChoiceList, useList } from '../parts/list.tsx';
import { TextLines, wrapAndTruncate } from '../parts/styled-text.tsx';
import { useTheme } from '../parts/theme.ts';
import { type FieldProps, getVisibleProblem } from './field-props.ts';
import { toListItems } from './field-values.ts';
import { ListField } from './list-field.tsx';
import { LookupNotice, lookupNoticeLines } from './lookup-notice.tsx';

const TYPE = '\u0000type';

/** Several values of a lookup: space selects, Enter confirms. */
export function MultiField(props: FieldProps): ReactNode {
	const { screen, guide, width, height } = props;
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
	const notice = lookup === undefined ? [] : lookupNoticeLines(lookup, width, theme);
	const room = Math.max(2, height - problemLines.length - 1 - notice.length);
	const toggle = (choice: Choice) => {
		setSaid(choice.refusal && `Unavailable: ${choice.refusal}`);
		if (choice.refusal !== undefined) return;
		const without = ticked.filter((item) => item !== choice.value);
		setTicked(without.length < ticked.length ? without : [...ticked, choice.value]);
	};
	useFooter('multi', { active: !typing });
	useKeyHandler(
		(press) => {
			if (press.is('takeTicked')) {
				if (list.choice?.value === TYPE) setTyping(true);
				else if (value !== undefined && guide.problemOf(value) !== undefined) setRefused(true);
				else guide.act({ type: 'answer', value });
			} else if (press.is('again')) guide.act({ type: 'look-up-again' });
			else if (press.is('back', 'escape')) guide.act({ type: 'back' });
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
			<ChoiceList
				choices={list.choices}
				state={list.state}
				height={room}
				width={width}
				ticked={new Set(ticked)}
			/>
			<TextLines width={width} lines={problemLines} colour="failure" />
		</>
	);
}
