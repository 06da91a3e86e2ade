import type { ReactNode } from 'react';
import type { Choice } from '../../source/wizard/wizard-model.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { ChoiceList, useList } from '../parts/list.tsx';
import { TextLines, wrapSingleLine } from '../parts/styled-text.tsx';
import { useTheme } from '../parts/theme.ts';

interface WarnedProps {
	choice: Choice;
	width: number;
	height: number;
	onNo(): void;
	onYes(): void;
}

/** The warning of a choice and its confirmation, default No. */
export function ChoiceWarning({ choice, width, height, onNo, onYes }: WarnedProps): ReactNode {
	const { glyphs } = useTheme();
	const choices: Choice[] = [
		{ value: 'no', label: 'Choose another' },
		{ value: 'yes', label: `Continue anyway: ${choice.label}` },
	];
	useFooter(['move', 'take', 'unconfirm', 'help', 'interrupt']);
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
			<ChoiceList choices={choices} state={list.state} height={2} width={width} />
		</>
	);
}
