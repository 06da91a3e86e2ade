import { type ReactNode, useState } from 'react';
import type { Choice } from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { ChoiceList, useList } from '../parts/list.tsx';
import { TextLines, wrapAndTruncate } from '../parts/styled-text.tsx';
import { useTheme } from '../parts/theme.ts';
import { toListItems } from './field-values.ts';
import { type FieldProps, getVisibleProblem } from './line-field.tsx';
import { ListField } from './list-field.tsx';
import { formatLookupNoticeLines, LookupNotice } from './lookup-field.tsx';

/** The choice that enters custom values. */
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
	useKeyHandler(
		(press) => {
			if (press.is('takeTicked')) {
				const { choice, state } = list;
				if (choice?.value === TYPE) setTyping(true);
				else if (state.filter !== '') {
					// What was searched for is selected; only a second Enter confirms the list.
					if (choice === undefined) return true;
					if (!ticked.includes(choice.value)) toggle(choice);
					if (choice.refusal === undefined) list.act({ type: 'clear' });
				} else if (value !== undefined && controller.validate(value) !== undefined)
					setRefused(true);
				else controller.act({ type: 'answer', value });
			} else if (press.is('again')) controller.act({ type: 'look-up-again' });
			else if (press.is('back', 'escape')) props.onBack();
			else return false;
			return true;
		},
		{ active: !typing },
	);
	const list = useList(choices, {
		scope: 'multi',
		height: room,
		width,
		customValue: TYPE,
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
	const searching = ['takeFound', 'toggle', 'clear', 'helpFromText', 'interrupt'];
	useRegisterFooterKeys(list.state.filtering ? searching : 'multi', { active: !typing });
	if (typing) {
		const leave = (items: readonly string[]) => {
			setTicked(items);
			list.act({ type: 'clear' });
			setTyping(false);
		};
		return <ListField {...props} initial={ticked} draft={list.state.filter} onLeave={leave} />;
	}
	return (
		<>
			{lookup && <LookupNotice lookup={lookup} width={width} />}
			<TextLines width={width} lines={[`${ticked.length} selected`]} colour="dim" />
			<ChoiceList list={list} height={room} width={width} ticked={new Set(ticked)} />
			<TextLines width={width} lines={problemLines} colour="failure" />
		</>
	);
}
