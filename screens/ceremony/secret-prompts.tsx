import { type ReactNode, useLayoutEffect, useReducer, useState } from 'react';
import type { SecretBytes } from '../../source/engine/secret-bytes.ts';
import type {
	EnterSharePrompt,
	PassphrasePrompt,
} from '../../source/vault/ceremony/ceremony-prompt-types.ts';
import {
	SecretInputBuffer,
	type TypedSecretOptions,
} from '../../source/wizard/secret-input-buffer.ts';
import { type KeyPress, useKeyHandler } from '../parts/key-handlers.tsx';
import { type RowPieces, TextRows, wrapTextToRows } from '../parts/styled-text.tsx';
import { useBodySize } from '../parts/terminal-and-body-size.ts';
import { TextFieldWithPointer } from '../parts/text-field.tsx';
import { useTheme } from '../parts/theme.ts';
import {
	CeremonyPage,
	createProblemRows,
	getPromptRows,
	type PromptProps,
	usePromptKeys,
} from './ceremony-page.tsx';

interface SecretFieldHandle {
	/** Number of typed characters, the only thing drawn of them. */
	count: number;
	/** Returns the secret and empties the field. */
	take(): SecretBytes;
	clear(): void;
}

/** A typed secret, stored as bytes outside React, which only knows its length. */
function useMaskedSecret(options: TypedSecretOptions, { active = true } = {}): SecretFieldHandle {
	const [input] = useState(() => new SecretInputBuffer(options));
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

function typeInto(input: SecretInputBuffer, press: KeyPress): boolean {
	const { key, input: text, paste } = press;
	if (paste !== undefined) input.type(paste);
	else if (press.is('secret.clear')) input.clear();
	else if (key.backspace || key.delete) input.backspace();
	else if (text !== '' && !key.ctrl && !key.meta && !key.return && !key.escape && !key.tab)
		input.type(text);
	else return false;
	return true;
}

function MaskedField({
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

/** A passphrase: a new one is typed twice, an existing one once. Never shown. */
export function PassphrasePromptView({
	prompt,
	problem,
	act,
}: PromptProps<PassphrasePrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const { fresh, minLength } = prompt;
	const [again, setAgain] = useState(false);
	usePromptKeys('secret', 'secret.take', act, () => take());
	const first = useMaskedSecret({}, { active: !again });
	const second = useMaskedSecret({}, { active: again });
	// The length is checked before the passphrase is repeated.
	const long = !fresh || first.count >= minLength;
	const take = () => {
		if (fresh && !again && long) {
			setAgain(true);
			return;
		}
		setAgain(false);
		const secret = first.take();
		act({ type: 'give', secret, ...(fresh ? { again: second.take() } : {}) });
	};
	const said = problem ?? prompt.problem;
	const rows = getPromptRows(prompt.title, prompt.words, width);
	const rule: RowPieces[] = fresh
		? wrapTextToRows(
				`At least ${minLength} characters. Use several words rather than symbols.`,
				width,
				{
					mark: `${long ? theme.glyphs.done : theme.glyphs.open} `,
					role: long ? 'done' : 'dim',
				},
			)
		: [];
	const problems = first.count === 0 ? createProblemRows(said, width, theme) : [];
	const below = rule.length + problems.length + (fresh ? 4 : 2);
	return (
		<CeremonyPage view={prompt.ceremony} rows={rows} below={below}>
			<TextRows rows={[...problems, ...rule, [{ text: 'Passphrase:' }]]} width={width} />
			<MaskedField count={first.count} width={width} focused={!again} />
			{fresh && (
				<>
					<TextRows rows={[[{ text: 'Repeat the passphrase:' }]]} width={width} />
					<MaskedField count={second.count} width={width} focused={again} />
				</>
			)}
		</CeremonyPage>
	);
}

/** Asks a key holder for a share: typed back, or as they decrypted it. */
export function EnterSharePromptView({
	prompt,
	problem,
	act,
}: PromptProps<EnterSharePrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const { custodian, words, message, attempt, attempts } = prompt;
	usePromptKeys('secret', 'secret.take', act, () => act({ type: 'give', secret: field.take() }));
	const field = useMaskedSecret({ blanks: 'left-out' });
	const rows: RowPieces[] = [
		...getPromptRows(`Key share of ${custodian}`, words, width),
		...(message === undefined
			? []
			: [
					...wrapTextToRows('The share is in this file, encrypted with their key:', width),
					...wrapTextToRows(message.file, width, { mark: '    ' }),
					...wrapTextToRows('Decrypt it with:', width),
					...wrapTextToRows(message.command, width, { mark: '    ', role: 'accent' }),
				]),
	];
	const count = `${field.count} character${field.count === 1 ? '' : 's'}`;
	const left = attempts - attempt + 1;
	const tries = left === 1 ? 'last attempt' : `attempt ${attempt} of ${attempts}`;
	const ask: RowPieces[] = [
		...createProblemRows(problem ?? prompt.problem, width, theme),
		...wrapTextToRows(`Whitespace is ignored; input is hidden. ${count}, ${tries}.`, width, {
			role: 'dim',
		}),
	];
	return (
		<CeremonyPage view={prompt.ceremony} rows={rows} below={ask.length + 1}>
			<TextRows rows={ask} width={width} />
			<MaskedField count={field.count} width={width} />
		</CeremonyPage>
	);
}
