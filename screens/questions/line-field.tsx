import { type ReactNode, useState } from 'react';
import type { QuestionScreen } from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { TextLine, TextLines, type TextPiece, wrapSingleLine } from '../parts/styled-text.tsx';
import type { ScreenProps } from '../parts/terminal-and-body-size.ts';
import { TextFieldWithPointer, useTextField } from '../parts/text-field.tsx';
import { useTheme } from '../parts/theme.ts';
import { formatFieldLine, parseFieldLine } from './field-values.ts';

interface LineFieldProps extends FieldProps {
	/** Converts the text to the answer; by default according to the question kind. */
	toValue?(text: string): unknown;
	initial?: string;
	/** Replaces the question's rule. */
	rule?: string;
	example?: string;
}

/**
 * One line of text or a number. A problem shows after a rejected Enter, and from then on
 * immediately.
 */
export function LineField(props: LineFieldProps): ReactNode {
	const { screen, controller, width, height } = props;
	const field = useTextField({ initial: props.initial ?? formatFieldLine(screen.value) });
	const [refused, setRefused] = useState(false);
	const toValue =
		props.toValue ?? ((text: string) => parseFieldLine(text, screen.valueKind, screen.optional));
	const value = toValue(field.value);
	const blank = value === undefined;
	useRegisterFooterKeys('text');
	useKeyHandler((press) => {
		if (press.is('take')) {
			if (!blank && controller.validate(value) !== undefined) setRefused(true);
			else controller.act({ type: 'answer', value });
			return true;
		}
		if (press.is('again') && screen.lookup) {
			controller.act({ type: 'look-up-again' });
			return true;
		}
		if (!press.is('backFromText')) return false;
		props.onBack();
		return true;
	});
	const problem = blank ? undefined : getVisibleProblem(props, value, refused);
	const good =
		field.value.trim() !== '' && problem === undefined && controller.validate(value) === undefined;
	const standing = field.value === formatFieldLine(screen.value) && screen.source !== 'none';
	const words = standing ? (screen.defaultSource ?? '') : '';
	const origin = screen.source === 'given' ? 'previous answer' : `default${words && `: ${words}`}`;
	const note = standing ? origin : screen.optional && field.value === '' ? 'optional' : '';
	return (
		<>
			<TextFieldWithPointer state={field.state} width={width} />
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

interface VerdictProps {
	width: number;
	height: number;
	problem: string | undefined;
	/** The current value is valid. */
	good: boolean;
	rule?: string | undefined;
	example?: string | undefined;
}

/** Below a field: the problem of the value, or the rule with a check mark once it is met. */
export function FieldFeedback({
	width,
	height,
	problem,
	good,
	rule,
	example,
}: VerdictProps): ReactNode {
	const { glyphs } = useTheme();
	const rows = Math.max(1, height);
	const ruleText = [rule, example && `for example ${example}`].filter(Boolean).join('; ');
	if (problem !== undefined) {
		const lines = wrapSingleLine(`${glyphs.failed} ${problem}`, width);
		const ruleLines = ruleText === '' ? [] : wrapSingleLine(ruleText, width);
		return (
			<>
				<TextLines width={width} height={rows} colour="failure" lines={lines} />
				<TextLines width={width} height={rows - lines.length} colour="dim" lines={ruleLines} />
			</>
		);
	}
	if (ruleText === '' && !good) return null;
	const [first = '', ...rest] = wrapSingleLine(ruleText, width - 2);
	const tick: TextPiece[] = good ? [{ text: `${glyphs.done} `, role: 'done' }] : [];
	const indent = good ? '  ' : '';
	return (
		<>
			<TextLine width={width} pieces={[...tick, { text: first, role: 'dim' }]} />
			<TextLines width={width} height={rows - 1} indent={indent} colour="dim" lines={rest} />
		</>
	);
}

/** Props of every question field. */
export interface FieldProps extends ScreenProps<QuestionScreen> {
	width: number;
	height: number;
	onBack(): void;
	/** Receives the number of items of a list, whose height changes while it is edited. */
	onItemCount?(count: number): void;
}

/** The problem to show: of the current value, or the one reported for the stored value. */
export function getVisibleProblem(
	{ screen, controller }: Pick<FieldProps, 'screen' | 'controller'>,
	value: unknown,
	rejected: boolean,
): string | undefined {
	if (!rejected && screen.problem === undefined) return undefined;
	const own = controller.validate(value);
	if (own !== undefined) return own;
	// Only the guide knows rules across answers; its problem stands until the value changes.
	return JSON.stringify(value) === JSON.stringify(screen.value) ? screen.problem : undefined;
}
