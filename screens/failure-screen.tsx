import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { quoteLinesAfterFirst } from '../source/engine/escape-for-terminal.ts';
import type { Diagnostic } from '../source/engine/events.ts';
import { labelNextSteps } from '../source/engine/format-next-steps.ts';
import type { Choice, FailureScreen } from '../source/wizard/wizard-view-model.ts';
import { useKeyHandler } from './parts/key-handlers.tsx';
import {
	ChoiceList,
	getChoiceHint,
	getLabelWidth,
	HINT_GAP,
	isChoiceTruncated,
	LIST_POINTER_WIDTH,
	useList,
} from './parts/list.tsx';
import { createLabelledRows, getScrollTopAfterMove, ScrolledRows } from './parts/scroll-pane.tsx';
import {
	getWidthInCells,
	type RowPieces,
	TextLines,
	truncateText,
	wrapSingleLine,
	wrapTextToRows,
} from './parts/styled-text.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { type Theme, useTheme } from './parts/theme.ts';

/** What failed and why, what is done, and the choices from here. */
export function FailureView({ screen, controller }: ScreenProps<FailureScreen>): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [top, setTop] = useState(0);
	const cause = failureCauseRows(screen, width, theme);
	const facts = createFailureDetailRows(screen, width, theme);
	const room = layoutFailure({
		height,
		width,
		cause: cause.length,
		details: facts.length,
		choices: screen.choices,
	});
	const list = useList(truncateChoices(screen.choices, width, theme), {
		scope: 'failure',
		height: room.list,
		width,
		refuseTyping: true,
	});

	useKeyHandler((press) => {
		const move = press.is('pageUp') ? 'pageUp' : press.is('pageDown') ? 'pageDown' : undefined;
		if (move !== undefined) {
			setTop(getScrollTopAfterMove(top, move, facts.length, room.details));
			return true;
		}
		if (press.is('escape')) {
			// Escape only moves the pointer to the choice that quits; the operator confirms with Enter.
			const first = screen.choices[0]?.value === 'leave';
			if (first || screen.choices.at(-1)?.value === 'leave') {
				list.act({ type: first ? 'home' : 'end' });
			}
			return true;
		}
		if (!press.is('failure.take')) return false;
		const { choice } = list;
		if (choice !== undefined && choice.refusal === undefined) {
			controller.act({ type: 'choose', value: choice.value });
		}
		return true;
	});

	return (
		<Box flexDirection="column">
			<ScrolledRows rows={cause} width={width} height={room.cause} />
			{room.gaps && <Box height={1} flexShrink={0} />}
			<ScrolledRows
				rows={facts}
				width={width}
				height={room.details}
				top={top}
				belowLabel="page-down for steps and log"
			/>
			{room.gaps && <Box height={1} flexShrink={0} />}
			<ChoiceList list={list} height={room.list} width={width} />
			{room.aside > 0 && (
				<TextLines
					width={width}
					height={room.aside}
					colour="dim"
					lines={choiceHintRows(screen.choices[list.state.index], screen.choices, width)}
				/>
			)}
		</Box>
	);
}

/** The cause as a sentence, presented depending on who has to act. */
function failureCauseRows(screen: FailureScreen, width: number, theme: Theme): RowPieces[] {
	const { errorKind, log, message, stepTitle: where = 'The run' } = screen;
	const cancelled = errorKind === 'cancelled';
	const leads = {
		yours: `${where} stopped: `,
		ours: 'tfe-wizard failed: ',
		outside: `${where} failed: `,
	};
	const saved = `Your answers are saved.${log === undefined ? '' : ' See the log below for details.'}`;
	const after = cancelled
		? 'Progress saved. Resume at any time.'
		: errorKind === 'ours'
			? saved
			: '';
	return [
		...wrapTextToRows(`${cancelled ? '' : leads[errorKind]}${message}`, width, {
			mark: `${cancelled ? theme.glyphs.open : theme.glyphs.failed} `,
			role: cancelled ? 'strong' : 'failure',
			bold: true,
		}),
		...(after === '' ? [] : wrapTextToRows(after, width, { mark: '  ' })),
	];
}

const COLUMN = 9;

/** A diagnostic of Terraform, always shown in full. */
function diagnosticRows(diagnostic: Diagnostic, width: number, theme: Theme): RowPieces[] {
	const { severity, summary, detail, address, range, snippet } = diagnostic;
	const { glyphs } = theme;
	const bad = severity === 'error';
	const where = [address, range].filter((part) => part !== undefined).join('   ');
	const body = [summary, detail].filter((text) => text.trim() !== '').join('\n');
	return [
		...wrapTextToRows(where === '' ? `terraform: ${severity}` : where, width, {
			mark: `${bad ? glyphs.failed : glyphs.warning} `,
			markRole: bad ? 'failure' : 'warning',
			role: 'strong',
		}),
		...(snippet === undefined
			? []
			: wrapTextToRows(snippet, width, { mark: '    ', role: 'dim', multiline: true })),
		...wrapTextToRows(body, width, { mark: '  ', multiline: true }),
		[],
	];
}

/** Everything between the cause and the choices: diagnostics, completed steps, log. */
export function createFailureDetailRows(
	screen: FailureScreen,
	width: number,
	theme: Theme,
): RowPieces[] {
	const order = { error: 0, warning: 1 };
	const diagnostics = [...screen.diagnostics].sort((a, b) => order[a.severity] - order[b.severity]);
	const fact = (label: string, text: string | undefined): RowPieces[] =>
		text === undefined
			? []
			: createLabelledRows({ label, labelRole: 'dim', text, column: COLUMN, width });
	const first = [
		...fact('expected', screen.expected),
		...screen.details
			.flatMap(quoteLinesAfterFirst)
			.flatMap((line) => wrapTextToRows(line, width, { mark: '  ' })),
	];
	const last = [
		...fact('done', screen.done.join(', ') || undefined),
		...fact('not done', screen.notDone.join(', ') || undefined),
		...labelNextSteps(screen.next).flatMap(({ label, text }) => fact(label, text)),
		...fact('log', screen.log),
	];
	const words = diagnostics.flatMap((diagnostic) => diagnosticRows(diagnostic, width, theme));
	return [...first, ...(first.length > 0 ? [[]] : []), ...words, ...last];
}

interface Wanted {
	height: number;
	width: number;
	cause: number;
	details: number;
	choices: readonly Choice[];
}

interface FailureLayout {
	cause: number;
	details: number;
	list: number;
	/** Rows for the hint of a choice that does not fit its own row. */
	aside: number;
	/** Whether blank rows separate the parts. */
	gaps: boolean;
}

/** Indentation of a hint on its own rows. */
const ASIDE_INDENT = 4;

/** The hint of a choice on its own rows; empty when it fits the row of the choice. */
function choiceHintRows(
	choice: Choice | undefined,
	choices: readonly Choice[],
	width: number,
): string[] {
	const inner = width - LIST_POINTER_WIDTH;
	if (choice === undefined || !isChoiceTruncated(choice, getLabelWidth(choices, inner), inner))
		return [];
	const indent = ' '.repeat(ASIDE_INDENT);
	return wrapSingleLine(getChoiceHint(choice) || choice.label, width - ASIDE_INDENT).map(
		(text) => indent + text,
	);
}

/**
 * Choices cut to one row each. The cut hint is shown below the list, so that the list can show
 * every choice.
 */
function truncateChoices(choices: readonly Choice[], width: number, theme: Theme): Choice[] {
	const inner = width - LIST_POINTER_WIDTH;
	const labels = getLabelWidth(choices, inner);
	const room = inner - labels - HINT_GAP;
	return choices.map((choice): Choice => {
		const { hint, refusal, label } = choice;
		const short = { ...choice, label: truncateText(label, labels, theme) };
		if (refusal !== undefined) {
			const words = getWidthInCells(getChoiceHint(choice)) - getWidthInCells(refusal);
			return { ...short, refusal: truncateText(refusal, Math.max(1, room - words), theme) };
		}
		return hint === undefined ? short : { ...short, hint: truncateText(hint, room, theme) };
	});
}

/**
 * Divides the rows. The choices come first, because nothing continues without them; then the cause;
 * the details get the rest and scroll.
 */
export function layoutFailure({ height, width, cause, details, choices }: Wanted): FailureLayout {
	const list = Math.max(1, Math.min(choices.length, height - 2));
	const most = Math.max(0, ...choices.map((one) => choiceHintRows(one, choices, width).length));
	const aside = Math.min(most, Math.max(0, height - list - 6));
	const left = height - list - aside;
	const gaps = left >= 8;
	const forCause = Math.max(1, Math.min(cause, Math.ceil(left / 2)));
	const forFacts = Math.max(0, Math.min(details, left - forCause - (gaps ? 2 : 0)));
	return { cause: forCause, details: forFacts, list, aside, gaps };
}
