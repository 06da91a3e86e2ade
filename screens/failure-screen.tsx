import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { Diagnostic } from '../source/engine/events.ts';
import { labelNextSteps } from '../source/engine/next-steps.ts';
import { formatDetailLines } from '../source/engine/terminal-escape.ts';
import type { Choice, FailureScreen, WizardController } from '../source/wizard/wizard-model.ts';
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
import {
	createLabelledRows,
	getScrollTop,
	getVisibleRange,
	ScrolledRows,
} from './parts/scroll-pane.tsx';
import {
	getCellWidth,
	TextLines,
	type TextRow,
	truncateText,
	wrapMultilineText,
	wrapSingleLine,
} from './parts/styled-text.tsx';
import { useBodySize } from './parts/terminal-size.ts';
import { type TextRole, type Theme, useTheme } from './parts/theme.ts';

interface Props {
	screen: FailureScreen;
	guide: WizardController;
}

/** What failed and why, what is done, and the choices from here. */
export function FailureView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [top, setTop] = useState(0);
	const cause = failureCauseRows(screen, width, theme);
	const facts = failureDetailRows(screen, width, theme);
	const room = layoutFailure({
		height,
		width,
		cause: cause.length,
		facts: facts.length,
		choices: screen.choices,
	});
	const list = useList(truncateChoices(screen.choices, width, theme), { height: room.list, width });

	useKeyHandler((press) => {
		const move = press.is('pageUp') ? 'pageUp' : press.is('pageDown') ? 'pageDown' : undefined;
		if (move !== undefined) {
			setTop(getScrollTop(top, move, facts.length, room.facts));
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
			guide.act({ type: 'choose', value: choice.value });
		}
		return true;
	});

	return (
		<Box flexDirection="column">
			<ScrolledRows
				rows={cause}
				width={width}
				shown={getVisibleRange(cause.length, room.cause, 0)}
			/>
			{room.gaps && <Box height={1} flexShrink={0} />}
			<ScrolledRows
				rows={facts}
				width={width}
				shown={getVisibleRange(facts.length, room.facts, top)}
				belowWords={'page-down for steps and log'}
			/>
			{room.gaps && <Box height={1} flexShrink={0} />}
			<ChoiceList choices={list.choices} state={list.state} height={room.list} width={width} />
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

/** How a failure is presented, depending on who has to act. */
interface Tone {
	sign: string;
	role: TextRole;
	/** Text before the cause. */
	lead: string;
	/** Sentence after the cause. */
	after?: string;
}

function toneOf(screen: FailureScreen, theme: Theme): Tone {
	const { glyphs } = theme;
	const where = screen.stepTitle ?? 'The run';
	switch (screen.errorKind) {
		case 'yours':
			return { sign: glyphs.failed, role: 'failure', lead: `${where} stopped:` };
		case 'ours':
			return {
				sign: glyphs.failed,
				role: 'failure',
				lead: 'tfe-wizard failed:',
				after:
					screen.log === undefined
						? 'Your answers are saved.'
						: 'Your answers are saved. See the log below for details.',
			};
		case 'outside':
			return { sign: glyphs.failed, role: 'failure', lead: `${where} failed:` };
		case 'cancelled':
			return {
				sign: glyphs.open,
				role: 'strong',
				lead: '',
				after: 'Progress saved. Resume at any time.',
			};
	}
}

/** The cause as a sentence. */
function failureCauseRows(screen: FailureScreen, width: number, theme: Theme): TextRow[] {
	const { sign, role, lead, after } = toneOf(screen, theme);
	const cause = [lead, screen.message].filter((text) => text !== '').join(' ');
	return [
		...wrapSingleLine(cause, width - 2).map(
			(text, at): TextRow => [
				at === 0 ? { text: `${sign} `, role } : '  ',
				{ text, role, bold: true },
			],
		),
		...(after === undefined
			? []
			: wrapSingleLine(after, width - 2).map((text): TextRow => ['  ', text])),
	];
}

const COLUMN = 9;

/** A diagnostic of Terraform, always shown in full. */
function diagnosticRows(diagnostic: Diagnostic, width: number, theme: Theme): TextRow[] {
	const { severity, summary, detail, address, range, snippet } = diagnostic;
	const { glyphs } = theme;
	const bad = severity === 'error';
	const role = bad ? 'failure' : 'warning';
	const where = [address, range].filter((part) => part !== undefined).join('   ');
	const body = [summary, detail].filter((text) => text.trim() !== '').join('\n');
	return [
		...wrapSingleLine(where === '' ? `terraform: ${severity}` : where, width - 2).map(
			(text, at): TextRow => [
				at === 0 ? { text: `${bad ? glyphs.failed : glyphs.warning} `, role } : '  ',
				{ text, role: 'strong' },
			],
		),
		...(snippet === undefined
			? []
			: wrapMultilineText(snippet, width - 4).map(
					(text): TextRow => ['    ', { text, role: 'dim' }],
				)),
		...wrapMultilineText(body, width - 2).map((text): TextRow => ['  ', text]),
		[],
	];
}

const listRows = (label: string, texts: readonly string[], width: number): TextRow[] =>
	texts.length === 0
		? []
		: createLabelledRows({
				label,
				labelRole: 'dim',
				text: texts.join(', '),
				column: COLUMN,
				width,
			});

/** Everything between the cause and the choices: diagnostics, completed steps, log. */
export function failureDetailRows(screen: FailureScreen, width: number, theme: Theme): TextRow[] {
	const order = { error: 0, warning: 1 };
	const diagnostics = [...screen.diagnostics].sort((a, b) => order[a.severity] - order[b.severity]);
	const fact = (label: string, text: string | undefined): TextRow[] =>
		text === undefined
			? []
			: createLabelledRows({ label, labelRole: 'dim', text, column: COLUMN, width });
	const first = [
		...fact('expected', screen.expected),
		...screen.details
			.flatMap(formatDetailLines)
			.flatMap((line) => wrapSingleLine(line, width - 2).map((text): TextRow => ['  ', text])),
	];
	const last = [
		...listRows('done', screen.done, width),
		...listRows('not done', screen.notDone, width),
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
	facts: number;
	choices: readonly Choice[];
}

interface FailureLayout {
	cause: number;
	facts: number;
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
			const words = getCellWidth(getChoiceHint(choice)) - getCellWidth(refusal);
			return { ...short, refusal: truncateText(refusal, Math.max(1, room - words), theme) };
		}
		return hint === undefined ? short : { ...short, hint: truncateText(hint, room, theme) };
	});
}

/**
 * Divides the rows. The choices come first, because nothing continues without them; then the cause;
 * the details get the rest and scroll.
 */
export function layoutFailure({ height, width, cause, facts, choices }: Wanted): FailureLayout {
	const list = Math.max(1, Math.min(choices.length, height - 2));
	const most = Math.max(0, ...choices.map((one) => choiceHintRows(one, choices, width).length));
	const aside = Math.min(most, Math.max(0, height - list - 6));
	const left = height - list - aside;
	const gaps = left >= 8;
	const forCause = Math.max(1, Math.min(cause, Math.ceil(left / 2)));
	const forFacts = Math.max(0, Math.min(facts, left - forCause - (gaps ? 2 : 0)));
	return { cause: forCause, facts: forFacts, list, aside, gaps };
}
