import { type ReactNode, useLayoutEffect, useReducer, useState } from 'react';
import type { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { SecretInput, type SecretInputOptions } from '../../source/wizard/secret-input.ts';
import { type KeyPress, useKeyHandler } from '../parts/keyboard.ts';
import { TextFieldWithPointer } from '../parts/text-field.tsx';

interface SecretFieldHandle {
	/** Number of typed characters, the only thing drawn of them. */
	count: number;
	/** Returns the secret and empties the field. */
	take(): SecretBytes;
	clear(): void;
}

/** A typed secret, stored as bytes outside React, which only knows its length. */
export function useMaskedSecret(
	options: SecretInputOptions,
	{ active = true } = {},
): SecretFieldHandle {
	const [input] = useState(() => new SecretInput(options));
	const [, draw] = useReducer((drawn: number) => drawn + 1, 0);
	useLayoutEffect(() => () => input.clear(), [input]);
	useKeyHandler(
		(press) => {
			const typed = typeInto(input, press);
			if (typed) draw();
			return typed;
		},
		{ active },
	);
	return {
		count: input.count,
		take: () => {
			draw();
			return input.take();
		},
		clear: () => {
			input.clear();
			draw();
		},
	};
}

function typeInto(input: SecretInput, press: KeyPress): boolean {
	const { key, input: text, paste } = press;
	if (paste !== undefined) input.type(paste);
	else if (press.is('secret.clear')) input.clear();
	else if (key.backspace || key.delete) input.backspace();
	else if (text !== '' && !key.ctrl && !key.meta && !key.return && !key.escape && !key.tab)
		input.type(text);
	else return false;
	return true;
}

export function MaskedField({
	count,
	width,
	focused = true,
}: {
	count: number;
	width: number;
	focused?: boolean;
}): ReactNode {
	const text = Array.from({ length: count }, () => ' ');
	return (
		<TextFieldWithPointer secret state={{ text, cursor: count }} width={width} focused={focused} />
	);
}
