import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type {
	Choice,
	StopConfirmation,
	WizardController,
} from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { ChoiceList, useList } from '../parts/list.tsx';
import { TextLine, TextLines, wrapSingleLine } from '../parts/styled-text.tsx';
import { useBodySize } from '../parts/terminal-and-body-size.ts';
import { TextFieldWithPointer, useTextField } from '../parts/text-field.tsx';
import { useTheme } from '../parts/theme.ts';

interface StopOverlayProps {
	stop: StopConfirmation;
	controller: WizardController;
}

/** Confirms a stop. Escape cancels; a stop that loses work requires a typed word. */
export function StopOverlay({ stop, controller }: StopOverlayProps): ReactNode {
	const { width, height } = useBodySize();
	const { glyphs } = useTheme();
	const words = stop.message.flatMap((line) => wrapSingleLine(line, width));
	const lost = stop.lostResources.flatMap((line) =>
		wrapSingleLine(`${glyphs.failed} ${line}`, width - 2),
	);
	const answer = (yes: boolean) => controller.act({ type: 'stop-answer', stop: yes });
	const room = Math.max(2, height - 6);
	const wordRows = Math.min(words.length, Math.max(1, room - Math.min(lost.length, room / 2)));
	return (
		<Box flexDirection="column">
			<TextLines width={width} height={Math.floor(wordRows)} lines={words} colour="strong" />
			<TextLines
				width={width}
				height={Math.max(1, Math.floor(room - wordRows))}
				indent="  "
				lines={lost}
				colour="failure"
			/>
			<Box height={1} flexShrink={0} />
			{stop.type === undefined ? (
				<Choose key={stop.kind} kind={stop.kind} width={width} onAnswer={answer} />
			) : (
				<TypeIt key={stop.kind} expected={stop.type} width={width} onAnswer={answer} />
			)}
		</Box>
	);
}

interface AnswerProps {
	width: number;
	onAnswer(stop: boolean): void;
}

function Choose({
	kind,
	width,
	onAnswer,
}: AnswerProps & { kind: StopConfirmation['kind'] }): ReactNode {
	const choices: Choice[] = [
		{ value: 'stay', label: 'Keep running' },
		{ value: 'stop', label: kind === 'gentle' ? 'Stop' : 'Stop now and lose this work' },
	];
	useRegisterFooterKeys(['move', 'stop.take', 'stop.stay']);
	useKeyHandler((press) => {
		if (press.is('interrupt', 'suspend')) return false;
		if (press.is('stop.stay')) onAnswer(false);
		else if (press.is('stop.take') && list.choice) onAnswer(list.choice.value === 'stop');
		return true;
	});
	const list = useList(choices, { scope: 'stop', height: 3, width, refuseTyping: true });
	return <ChoiceList list={list} height={3} width={width} />;
}

function TypeIt({ expected, width, onAnswer }: AnswerProps & { expected: string }): ReactNode {
	const [wrong, setWrong] = useState(false);
	useRegisterFooterKeys(['stop.take', 'stop.stay']);
	// Registered before the field, so that keys it does not handle end here.
	useKeyHandler((press) => {
		if (press.is('interrupt', 'suspend')) return false;
		if (press.is('stop.stay')) onAnswer(false);
		else if (press.is('stop.take')) {
			if (field.value === expected) onAnswer(true);
			else setWrong(true);
		}
		return true;
	});
	const field = useTextField();
	return (
		<>
			<TextLine
				width={width}
				pieces={['To stop anyway, type ', { text: expected, bold: true }, ':']}
			/>
			<TextFieldWithPointer state={field.state} width={width} />
			{wrong && (
				<TextLine
					width={width}
					pieces={[
						{ text: `The text does not match ${expected}. Nothing was stopped.`, role: 'warning' },
					]}
				/>
			)}
		</>
	);
}
