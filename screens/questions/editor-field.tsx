import { type ReactNode, useState } from 'react';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { TextLine, TextLines, wrapAndTruncate } from '../parts/styled-text.tsx';
import { TextField, type TextFieldState, useTextField } from '../parts/text-field.tsx';
import { useTheme } from '../parts/theme.ts';
import { useDiscardConfirmation } from './discard-confirmation.tsx';
import { formatMapFieldText, parseMapLines } from './field-values.ts';
import { type FieldProps, getVisibleProblem } from './line-field.tsx';

interface EditorFieldProps extends FieldProps {
	initial: string;
	/** Parses the text, or reports why it is invalid. */
	read(text: string): { value: unknown } | { problem: string };
	hint: string;
}

/** The line with the cursor, its number, and the cursor position in it. */
function getCursorLine({ text, cursor }: TextFieldState): {
	row: number;
	state: TextFieldState;
} {
	const before = text.slice(0, cursor);
	const start = before.lastIndexOf('\n') + 1;
	const end = text.indexOf('\n', cursor);
	return {
		row: before.filter((character) => character === '\n').length,
		state: { text: text.slice(start, end < 0 ? text.length : end), cursor: cursor - start },
	};
}

/** Several lines; Enter starts a new one, ctrl-d submits. */
function TextEditorField(props: EditorFieldProps): ReactNode {
	const { controller, width, height, hint } = props;
	const theme = useTheme();
	const { glyphs } = theme;
	const field = useTextField({ initial: props.initial, multiline: true });
	const [refused, setRefused] = useState(false);
	const found = props.read(field.value);
	const own = (): string | undefined => {
		if ('problem' in found) return refused ? found.problem : undefined;
		return found.value === undefined ? undefined : getVisibleProblem(props, found.value, refused);
	};
	const problem = own();
	useRegisterFooterKeys('editor');
	useKeyHandler((press) => {
		if (press.is('save')) {
			const bad =
				'problem' in found ||
				(found.value !== undefined && controller.validate(found.value) !== undefined);
			if (bad) setRefused(true);
			else controller.act({ type: 'answer', value: found.value });
			return true;
		}
		return false;
	});
	const [unchanged] = useState(field.value);
	const asked = useDiscardConfirmation(field.value !== unchanged, props.onBack);
	const words = wrapAndTruncate(
		problem === undefined ? hint : `${glyphs.failed} ${problem}`,
		width,
		3,
		theme,
	);
	const rows = Math.max(1, height - (asked === undefined ? words.length : 1));
	const lines = field.value.split('\n');
	const { row, state } = getCursorLine(field.state);
	const top = Math.max(0, Math.min(row - rows + 2, lines.length - rows));
	return (
		<>
			{lines.slice(top, top + rows).map((line, at) => {
				const nth = top + at;
				if (nth === row) return <TextField key={nth} state={state} width={width} />;
				return <TextLine key={nth} width={width} pieces={[line.replaceAll('\t', ' ')]} />;
			})}
			{asked ?? (
				<TextLines width={width} lines={words} colour={problem === undefined ? 'dim' : 'failure'} />
			)}
		</>
	);
}

/** A script or similar text, stored as typed. */
export function MultilineField(props: FieldProps): ReactNode {
	const { value, optional } = props.screen;
	return (
		<TextEditorField
			{...props}
			initial={typeof value === 'string' ? value : ''}
			read={(text) => ({ value: text.trim() === '' && optional ? undefined : text })}
			hint={props.screen.rule ?? 'Any number of lines'}
		/>
	);
}

/** Lines of `key = value`. Values are JSON where the question allows it, otherwise text. */
export function MapField(props: FieldProps): ReactNode {
	const { screen, controller } = props;
	const read = (text: string) => {
		const found = parseMapLines(text);
		if ('problem' in found) return found;
		if (Object.keys(found.typed).length === 0 && screen.optional) return { value: undefined };
		// 4711 is a number in JSON, but text where only text is allowed.
		const asText =
			controller.validate(found.typed) !== undefined &&
			controller.validate(found.text) === undefined;
		return { value: asText ? found.text : found.typed };
	};
	return (
		<TextEditorField
			{...props}
			initial={formatMapFieldText(screen.value)}
			read={read}
			hint={['key = value, one per line', screen.rule].filter(Boolean).join('; ')}
		/>
	);
}
