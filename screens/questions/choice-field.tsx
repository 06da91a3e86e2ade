import { type ReactNode, type RefObject, useState } from 'react';
import type { Choice } from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { ChoiceList, useList } from '../parts/list.tsx';
import { TextLines, wrapAndTruncate, wrapSingleLine } from '../parts/styled-text.tsx';
import { useTheme } from '../parts/theme.ts';
import { formatFieldLine } from './field-values.ts';
import type { FieldProps } from './line-field.tsx';

interface ChoiceFieldProps extends FieldProps {
	choices?: readonly Choice[];
	initial?: string;
	/** The choice that enters a custom value, if there is one. */
	customValue?: string;
	/** Typed text could be a secret, so that it is refused instead of searched. */
	refuseTyping?: boolean;
	/** Keeps the search when the choices are replaced. */
	searchRef?: RefObject<string>;
	/** Called for a selected choice and the search; by default it answers the question. */
	onSelect?(value: string, search: string): void;
}

/** A single choice. One with a warning asks for confirmation, default No. */
export function ChoiceField(props: ChoiceFieldProps): ReactNode {
	const { screen, controller, width, height, refuseTyping = false } = props;
	const choices = props.choices ?? screen.options;
	const [warned, setWarned] = useState<Choice | undefined>(undefined);
	const [said, setSaid] = useState<string | undefined>(undefined);
	const theme = useTheme();
	const problem = said ?? screen.problem;
	const problemLines = problem === undefined ? [] : wrapAndTruncate(problem, width, 3, theme);
	const room = height - problemLines.length;
	const initial = props.initial ?? formatFieldLine(screen.value);
	const take = ({ value }: Choice) => {
		if (props.onSelect) props.onSelect(value, list.state.filter);
		else
			controller.act({
				type: 'answer',
				value: screen.valueKind === 'yesno' ? value === 'true' : value,
			});
	};
	useKeyHandler((press) => {
		if (press.is('take')) {
			if (list.choice === undefined) return true;
			if (list.choice.refusal !== undefined) setSaid(`Unavailable: ${list.choice.refusal}`);
			else if (list.choice.warning !== undefined) setWarned(list.choice);
			else take(list.choice);
			return true;
		}
		if (press.is('again') && screen.lookup) controller.act({ type: 'look-up-again' });
		else if (!press.is('back', 'escape')) return false;
		else props.onBack();
		return true;
	});
	const list = useList(choices, {
		scope: 'question',
		height: room,
		width,
		initial,
		refuseTyping,
		...(props.customValue !== undefined && { customValue: props.customValue }),
		...(props.searchRef !== undefined && { searchRef: props.searchRef }),
		active: warned === undefined,
	});
	const keys = refuseTyping
		? ['move', 'take', 'back', 'go', 'help', 'interrupt']
		: ['move', 'take', 'filter', 'back', 'go', 'help', 'interrupt'];
	useRegisterFooterKeys(list.state.filtering ? 'filter' : keys);
	if (warned !== undefined) {
		return (
			<ChoiceWarning
				choice={warned}
				width={width}
				height={height}
				onNo={() => {
					setWarned(undefined);
					// Enter would otherwise lead from the same choice to the same warning.
					const other = findChoiceWithoutWarning(choices, warned);
					if (other !== undefined) list.act({ type: 'point', text: other.value });
				}}
				onYes={() => take(warned)}
			/>
		);
	}
	return (
		<>
			<ChoiceList list={list} height={room} width={width} />
			<TextLines width={width} lines={problemLines} colour="failure" />
		</>
	);
}

/** The choice to point at after a warning was declined: the first without one, or any other. */
function findChoiceWithoutWarning(choices: readonly Choice[], warned: Choice): Choice | undefined {
	const others = choices.filter(
		({ value, refusal }) => value !== warned.value && refusal === undefined,
	);
	return others.find(({ warning }) => warning === undefined) ?? others[0];
}

interface WarnedProps {
	choice: Choice;
	width: number;
	height: number;
	onNo(): void;
	onYes(): void;
}

/** The warning of a choice and its confirmation, default No. */
function ChoiceWarning({ choice, width, height, onNo, onYes }: WarnedProps): ReactNode {
	const { glyphs } = useTheme();
	const choices: Choice[] = [
		{ value: 'no', label: 'Choose another' },
		{ value: 'yes', label: `Continue anyway: ${choice.label}` },
	];
	useRegisterFooterKeys(['move', 'take', 'unconfirm', 'help', 'interrupt']);
	useKeyHandler((press) => {
		if (press.is('take')) {
			if (list.choice?.value === 'yes') onYes();
			else if (list.choice !== undefined) onNo();
			return true;
		}
		if (!press.is('back', 'escape')) return false;
		onNo();
		return true;
	});
	const list = useList(choices, { scope: 'question', height: 3, width, refuseTyping: true });
	return (
		<>
			<TextLines
				width={width}
				height={Math.max(1, height - 4)}
				colour="warning"
				lines={wrapSingleLine(`${glyphs.warning} ${choice.warning ?? ''}`, width)}
			/>
			<TextLines width={width} lines={['']} />
			<ChoiceList list={list} height={3} width={width} />
		</>
	);
}
