import { type ReactNode, useCallback, useState } from 'react';
import type {
	ChoicePrompt,
	ConfirmationPrompt,
	NextKeyHolderPrompt,
} from '../source/vault/ceremony/ceremony-prompt-types.ts';
import type { CeremonyScreen, WizardController } from '../source/wizard/wizard-view-model.ts';
import {
	CeremonyPage,
	createProblemRows,
	createWarningRows,
	getPromptRows,
	type PromptProps,
	usePromptKeys,
	useRecordingWarningRows,
} from './ceremony/ceremony-page.tsx';
import { RevealSharePromptView } from './ceremony/reveal-share-prompt.tsx';
import { EnterSharePromptView, PassphrasePromptView } from './ceremony/secret-prompts.tsx';
import { ChoiceList, useList } from './parts/list.tsx';
import { type RowPieces, TextRows, wrapTextToRows } from './parts/styled-text.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { TextFieldWithPointer, useTextField } from './parts/text-field.tsx';
import { type Theme, useTheme } from './parts/theme.ts';

/** Shows the current prompt of a ceremony. */
export function CeremonyView({ screen, controller }: ScreenProps<CeremonyScreen>): ReactNode {
	const { prompt, problem } = screen;
	const act = (...actions: Parameters<WizardController['act']>) => controller.act(...actions);
	const all = { act, ...(problem === undefined ? {} : { problem }) };
	switch (prompt.kind) {
		case 'agree':
			return <ConfirmationPromptView prompt={prompt} {...all} />;
		case 'passphrase':
			return <PassphrasePromptView prompt={prompt} {...all} />;
		case 'next-person':
			return <NextKeyHolderPromptView prompt={prompt} {...all} />;
		case 'reveal':
			return <RevealSharePromptView prompt={prompt} {...all} />;
		case 'give-share':
			return <EnterSharePromptView prompt={prompt} {...all} />;
		case 'decide':
			return <ChoicePromptView prompt={prompt} {...all} />;
	}
}

/** What will happen, what to compare on a second channel, and the word that confirms it. */
function ConfirmationPromptView({
	prompt,
	problem,
	act,
}: PromptProps<ConfirmationPrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const recorders = useRecordingWarningRows(width);
	const [read, setRead] = useState(false);
	const [early, setEarly] = useState(false);
	const onRead = useCallback(() => setRead(true), []);
	usePromptKeys('consent', 'consent.take', act, () => {
		if (read) act({ type: 'agree', typed: field.value });
		else setEarly(true);
	});
	const { down } = theme.glyphs;
	const unread = `Read to the end first: press ${down} or page-down`;
	const rows: RowPieces[] = [
		...wrapTextToRows(prompt.title, width, { role: 'strong' }),
		...recorders,
		...createWarningRows(prompt.warnings, width, theme),
		...prompt.will.flatMap((line, at) => wrapTextToRows(line, width, { mark: `${at + 1}. ` })),
		...checkRows(prompt.check, width, theme),
	];
	const ask = [
		...wrapTextToRows(
			`To ${prompt.yes}, ${read ? '' : `read to the end (${down}), `}type ${prompt.type} and press Enter. Esc: ${prompt.no}.`,
			width,
			{
				role: 'strong',
			},
		),
		...createProblemRows(early && !read ? unread : problem, width, theme),
	];
	const field = useTextField();
	return (
		<CeremonyPage view={prompt.ceremony} rows={rows} below={ask.length + 1} onRead={onRead}>
			<TextRows rows={ask} width={width} />
			<TextFieldWithPointer state={field.state} width={width} />
		</CeremonyPage>
	);
}

function checkRows(check: ConfirmationPrompt['check'], width: number, theme: Theme): RowPieces[] {
	if (check.length === 0) return [];
	return [
		...wrapTextToRows('Read these aloud over a second channel and compare them:', width, {
			role: 'strong',
		}),
		...check.flatMap(({ label, value }) => [
			...wrapTextToRows(label, width, { mark: `${theme.glyphs.bullet} ` }),
			...wrapTextToRows(inGroups(value), width, { mark: '    ' }),
		]),
	];
}

/** Groups a bare fingerprint by four characters; other values stay unchanged. */
const inGroups = (value: string): string =>
	/^[0-9a-f]{16,}$/i.test(value) ? (value.match(/.{1,4}/g)?.join(' ') ?? value) : value;

/** Between two key holders; shows nothing secret. */
function NextKeyHolderPromptView({ prompt, act }: PromptProps<NextKeyHolderPrompt>): ReactNode {
	const { width } = useBodySize();
	const { custodian, number, of, words } = prompt;
	usePromptKeys('ceremony', 'ceremony.ready', act, () => act({ type: 'agree' }));
	const rows = [
		...wrapTextToRows(`Key holder ${number} of ${of}: ${custodian}`, width, { role: 'strong' }),
		...wrapTextToRows(
			`Only ${custodian} should be at the screen now. Nothing secret is shown yet.`,
			width,
		),
		[],
		...words.flatMap((line) => wrapTextToRows(line, width)),
	];
	const below = wrapTextToRows(`Press Enter when ${custodian} is alone at the screen.`, width, {
		role: 'strong',
	});
	return (
		<CeremonyPage view={prompt.ceremony} rows={rows} below={below.length}>
			<TextRows rows={below} width={width} />
		</CeremonyPage>
	);
}

const MOST_ROWS = 8;

/** A choice only the operator can make; the pointer starts at the safe one. */
function ChoicePromptView({ prompt, act }: PromptProps<ChoicePrompt>): ReactNode {
	const { width, height } = useBodySize();
	const { title, words, choices } = prompt;
	const list = Math.min(choices.length + 3, MOST_ROWS, Math.floor(height / 2));
	usePromptKeys('decide', 'decide.take', act, () => {
		if (handle.choice !== undefined) act({ type: 'decide', value: handle.choice.value });
	});
	const handle = useList(choices, { scope: 'decide', height: list, width, refuseTyping: true });
	return (
		<CeremonyPage
			view={prompt.ceremony}
			rows={getPromptRows(title, words, width)}
			below={list}
			scroll="pages"
		>
			<ChoiceList list={handle} height={list} width={width} />
		</CeremonyPage>
	);
}
