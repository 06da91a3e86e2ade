import { type ReactNode, useState } from 'react';
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
	typeAhead?: boolean;
	/** Called for a selected choice; by default it answers the question. */
	onSelect?(value: string): void;
}

/** A single choice. One with a warning asks for confirmation, default No. */
export function ChoiceField(props: ChoiceFieldProps): ReactNode {
	const { screen, controller, width, height, typeAhead = false } = props;
	const choices = props.choices ?? screen.options;
	const [warned, setWarned] = useState<Choice | undefined>(undefined);
	const [said, setSaid] = useState<string | undefined>(undefined);
	const theme = useTheme();
	const problem = said ?? screen.problem;
	const problemLines = problem === undefined ? [] : wrapAndTruncate(problem, width, 3, theme);
	const room = height - problemLines.length;
	const initial = props.initial ?? formatFieldLine(screen.value);
	const take = ({ value }: Choice) => {
		if (props.onSelect) props.onSelect(value);
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
		height: room,
		width,
		initial,
		typeAhead,
		active: warned === undefined,
	});
	const finding = typeAhead
		? ['move', 'take', 'filter', 'back', 'go', 'help', 'interrupt']
		: ['move', 'take', 'back', 'go', 'help', 'interrupt'];
	useRegisterFooterKeys(list.state.filtering ? 'filter' : finding);
	if (warned !== undefined) {
		return (
			<ChoiceWarning
				choice={warned}
				width={width}
				height={height}
				onNo={() => setWarned(undefined)}
				onYes={() => take(warned)}
			/>
		);
	}
	return (
		<>
			{list.state.filtering && (
				<TextLines width={width} lines={[`search: ${list.state.filter}_`]} colour="accent" />
			)}
			<ChoiceList list={list} height={room - (list.state.filtering ? 1 : 0)} width={width} />
			<TextLines width={width} lines={problemLines} colour="failure" />
		</>
	);
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
			else onNo();
			return true;
		}
		if (!press.is('back', 'escape')) return false;
		onNo();
		return true;
	});
	const list = useList(choices, { height: 2, width });
	return (
		<>
			<TextLines
				width={width}
				height={Math.max(1, height - 3)}
				colour="warning"
				lines={wrapSingleLine(`${glyphs.warning} ${choice.warning ?? ''}`, width)}
			/>
			<TextLines width={width} lines={['']} />
			<ChoiceList list={list} height={2} width={width} />
		</>
	);
}
