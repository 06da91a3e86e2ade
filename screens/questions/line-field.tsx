import { type ReactNode, useState } from 'react';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { TextLine } from '../parts/styled-text.tsx';
import { TextFieldWithPointer, useTextField } from '../parts/text-field.tsx';
import { FieldFeedback } from './field-feedback.tsx';
import { type FieldProps, getVisibleProblem } from './field-props.ts';
import { formatFieldLine, parseFieldLine } from './field-values.ts';

interface LineFieldProps extends FieldProps {
	/** Converts the text to the answer; by default according to the question kind. */
	toValue?(text: string): unknown;
	initial?: string;
	/** Replaces the question's rule. */
	rule?: string;
	example?: string;
	onBack?(): void;
}

/**
 * One line of text or a number. A problem shows after a rejected Enter, and from then on
 * immediately.
 */
export function LineField(props: LineFieldProps): ReactNode {
	const { screen, guide, width, height } = props;
	const field = useTextField({ initial: props.initial ?? formatFieldLine(screen.value) });
	const [refused, setRefused] = useState(false);
	const toValue =
		props.toValue ?? ((text: string) => parseFieldLine(text, screen.valueKind, screen.optional));
	const value = toValue(field.value);
	const blank = value === undefined;
	useFooter('text');
	useKeyHandler((press) => {
		if (press.is('take')) {
			if (!blank && guide.problemOf(value) !== undefined) setRefused(true);
			else guide.act({ type: 'answer', value });
			return true;
		}
		if (press.is('again') && screen.lookup) {
			guide.act({ type: 'look-up-again' });
			return true;
		}
		if (!press.is('backFromText')) return false;
		if (props.onBack) props.onBack();
		else guide.act({ type: 'back' });
		return true;
	});
	const problem = blank ? undefined : getVisibleProblem(props, value, refused);
	const good =
		field.value.trim() !== '' && problem === undefined && guide.problemOf(value) === undefined;
	const standing = field.value === formatFieldLine(screen.value) && screen.source !== 'none';
	const words = standing ? (screen.defaultWords ?? '') : '';
	const origin = screen.source === 'given' ? 'previous answer' : `default${words && `: ${words}`}`;
	const note = standing ? origin : screen.optional && field.value === '' ? 'optional' : '';
	return (
		<>
			<TextFieldWithPointer state={field.state} width={width} placeholder="" />
			<FieldFeedback
				width={width}
				height={height - 2}
				problem={problem}
				good={good}
				rule={props.rule ?? screen.rule}
				example={props.example ?? screen.example}
			/>
			{note !== '' && height > 3 && (
				<TextLine width={width} pieces={[{ text: note, role: 'dim' }]} />
			)}
		</>
	);
}
