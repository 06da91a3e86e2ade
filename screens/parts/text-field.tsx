import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { escapeLine } from '../../source/engine/terminal-escape.ts';
import { type KeyPress, useKeyHandler } from './keyboard.ts';
import { getCellWidth, truncateText } from './styled-text.tsx';
import {
	createTextFieldState,
	getFieldText,
	type TextEditAction,
	type TextEditOptions,
	type TextFieldState,
	textEditReducer,
	toTextEditAction,
} from './text-edit.ts';
import { getTextViewport } from './text-viewport.ts';
import { useTheme } from './theme.ts';

interface TextFieldHandle {
	state: TextFieldState;
	value: string;
	act(action: TextEditAction): void;
}

interface TextOptions extends TextEditOptions {
	initial?: string;
	/** False: the field ignores keys. */
	active?: boolean;
	/** Keys with another meaning here, although they could be text. */
	except?(press: KeyPress): boolean;
}

/** A text edited by keys. Enter (except in several lines) and Escape belong to the caller. */
export function useTextField(options: TextOptions = {}): TextFieldHandle {
	const { initial = '', active = true, except } = options;
	const rules: TextEditOptions = { multiline: options.multiline ?? false };
	const [state, setState] = useState(() => createTextFieldState(initial, rules));
	const act = (action: TextEditAction) =>
		setState((before) => textEditReducer(before, action, rules));
	useKeyHandler(
		(press) => {
			if (except?.(press)) return false;
			const action = toTextEditAction(press, rules);
			if (action === undefined) return false;
			act(action);
			return true;
		},
		{ active },
	);
	return { state, value: getFieldText(state), act };
}

interface TextFieldProps {
	state: TextFieldState;
	width: number;
	/** Shows bullets instead of the text. */
	secret?: boolean;
	/** Shown dimmed while the field is empty. */
	placeholder?: string;
	/** False: draws no cursor. */
	focused?: boolean;
}

// Reverse video is not a color: it marks the cursor even where colors are off.
const reversed = (text: string): string => `\u001B[7m${text}\u001B[27m`;

/** One line of text with its cursor, scrolled horizontally to fit. */
export function TextField(props: TextFieldProps): ReactNode {
	const { state, width, secret = false, placeholder = '', focused = true } = props;
	const theme = useTheme();
	const { bullet, ellipsis } = theme.glyphs;
	// Stored as typed, shown escaped.
	const cell = (character: string) =>
		secret ? bullet : character === '\t' ? ' ' : escapeLine(character);
	const shown = { ...state, text: state.text.map(cell) };
	const view = getTextViewport(shown, width, getCellWidth(ellipsis));
	const empty = state.text.length === 0;
	const dim = theme.colour('dim');
	return (
		<Box height={1} flexShrink={0} width={width}>
			<Text wrap="truncate">
				{view.cutLeft && <Text {...dim}>{ellipsis}</Text>}
				{view.before}
				{focused ? reversed(view.under) : view.under}
				{empty ? <Text {...dim}>{truncateText(placeholder, width - 1, theme)}</Text> : view.after}
				{view.cutRight && <Text {...dim}>{ellipsis}</Text>}
			</Text>
		</Box>
	);
}

/** A text field behind a pointer, so that an empty field is visible. */
export function TextFieldWithPointer({ width, ...props }: TextFieldProps): ReactNode {
	const theme = useTheme();
	const mark = `${theme.glyphs.pointer} `;
	return (
		<Box height={1} flexShrink={0} width={width}>
			<Text {...theme.colour('accent')}>{mark}</Text>
			<TextField {...props} width={width - getCellWidth(mark)} />
		</Box>
	);
}
