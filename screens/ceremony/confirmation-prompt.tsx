import { type ReactNode, useCallback, useState } from 'react';
import type { ConfirmationPrompt } from '../../source/engine/prompt.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { useTerminalRecorders } from '../parts/recorders-context.ts';
import { useBodySize } from '../parts/terminal-size.ts';
import { TextFieldWithPointer, useTextField } from '../parts/text-field.tsx';
import { type Theme, useTheme } from '../parts/theme.ts';
import { CeremonyPage, TextRows } from './ceremony-page.tsx';
import {
	type CeremonyRows,
	type PromptProps,
	problemRows,
	recorderRows,
	warningRows,
	wrapRows,
} from './ceremony-rows.ts';

/** What will happen, what to compare on a second channel, and the word that confirms it. */
export function ConfirmationPromptView({
	moment,
	problem,
	act,
}: PromptProps<ConfirmationPrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const recorders = useTerminalRecorders();
	const [read, setRead] = useState(false);
	const [early, setEarly] = useState(false);
	const onRead = useCallback(() => setRead(true), []);
	useFooter('consent');
	useKeyHandler((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (!press.is('consent.take')) return false;
		else if (read) act({ type: 'agree', typed: field.value });
		else setEarly(true);
		return true;
	});
	const { down } = theme.glyphs;
	const unread = `Read to the end first: press ${down} or page-down`;
	const rows: CeremonyRows = [
		...wrapRows(moment.title, width, { role: 'strong' }),
		...recorderRows(recorders, width, theme),
		...warningRows(moment.warnings, width, theme),
		...moment.will.flatMap((line, at) => wrapRows(line, width, { mark: `${at + 1}. ` })),
		...checkRows(moment.check, width, theme),
	];
	const ask = [
		...wrapRows(
			`To ${moment.yes}, ${read ? '' : `read to the end (${down}), `}type ${moment.type} and press Enter. Esc: ${moment.no}.`,
			width,
			{
				role: 'strong',
			},
		),
		...problemRows(early && !read ? unread : problem, width, theme),
	];
	const page = (children: ReactNode) => (
		<CeremonyPage view={moment.ceremony} rows={rows} below={ask.length + 1} onRead={onRead}>
			{children}
		</CeremonyPage>
	);
	const field = useTextField();
	return page(
		<>
			<TextRows rows={ask} width={width} />
			<TextFieldWithPointer state={field.state} width={width} />
		</>,
	);
}

function checkRows(check: ConfirmationPrompt['check'], width: number, theme: Theme): CeremonyRows {
	if (check.length === 0) return [];
	return [
		...wrapRows('Read these aloud over a second channel and compare them:', width, {
			role: 'strong',
		}),
		...check.flatMap(({ label, value }) => [
			...wrapRows(label, width, { mark: `${theme.glyphs.bullet} ` }),
			...wrapRows(inGroups(value), width, { mark: '    ' }),
		]),
	];
}

/** Groups a bare fingerprint by four characters; other values stay unchanged. */
const inGroups = (value: string): string =>
	/^[0-9a-f]{16,}$/i.test(value) ? (value.match(/.{1,4}/g)?.join(' ') ?? value) : value;
