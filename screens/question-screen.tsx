import { Box } from 'ink';
import { type FC, type ReactNode, useState } from 'react';
import type {
	AnswerSummaryLine,
	AnswerSummaryStep,
	QuestionScreen,
} from '../source/wizard/wizard-view-model.ts';
import {
	getWidthInCells,
	padOrTruncateText,
	TextLines,
	type TextPiece,
	TextRows,
	wrapAndTruncate,
	wrapSingleLine,
} from './parts/styled-text.tsx';
import { type ScreenProps, useAsideLayout } from './parts/terminal-and-body-size.ts';
import { type Theme, useTheme } from './parts/theme.ts';
import { ChoiceField } from './questions/choice-field.tsx';
import { MapField, MultilineField } from './questions/editor-field.tsx';
import { getPreferredFieldHeight } from './questions/field-height.ts';
import { type FieldProps, LineField } from './questions/line-field.tsx';
import { ListField } from './questions/list-field.tsx';
import { LookupField } from './questions/lookup-field.tsx';
import { MultiSelectField } from './questions/multi-select-field.tsx';
import { SecretReferenceField } from './questions/secret-reference-field.tsx';

interface QuestionViewProps extends ScreenProps<QuestionScreen> {
	answerSummary: readonly AnswerSummaryStep[];
}

const BAR = 2;

/** The latest answers, the question with its field, and its help where there is room. */
export function QuestionView({ screen, controller, answerSummary }: QuestionViewProps): ReactNode {
	const theme = useTheme();
	const { body, wide, aside, width } = useAsideLayout();
	const [itemCount, setItemCount] = useState(0);
	const inner = width - BAR;

	const { number, of, reopenedBy = [], detail } = screen;
	const count = detail || of < 2 ? '' : `  ${number} of ${of}`;
	const label = wrapAndTruncate(screen.label + count, inner, 3, theme);
	const known = new Map(
		answerSummary.flatMap(({ lines }) => lines).map((line) => [line.key, line.label]),
	);
	const nameOf = (key: string) => known.get(key) ?? key;
	const reasons =
		reopenedBy.length === 0 ? [] : [`Please confirm: ${reopenedBy.map(nameOf).join(', ')} changed`];
	const becauseLines = reasons.flatMap((reason) => wrapAndTruncate(reason, inner, 2, theme));
	const head = label.length + becauseLines.length;
	const fieldRows = Math.max(
		2,
		Math.min(getPreferredFieldHeight(screen, inner, itemCount), body.height - head),
	);
	const left = body.height - head - fieldRows;
	const help = wide ? [] : wrapSingleLine(screen.help, inner);
	// Keeps two answers visible; more only when the help leaves room.
	const summaryRows = Math.min(6, left - 1, Math.max(2, left - help.length - 2));
	const rows = answerSummaryRows(answerSummary, screen, { width, rows: summaryRows }, theme);
	const ticketHeight = rows.length > 0 ? rows.length + 1 : 0;
	const helpRoom = wide ? 0 : left - ticketHeight - 1;
	const Field = getFieldComponent(screen);
	return (
		<Box width={body.width} height={body.height} overflow="hidden">
			<Box flexDirection="column" width={width} flexShrink={0}>
				<TextRows rows={rows} width={width} />
				{rows.length > 0 && <Box height={1} flexShrink={0} />}
				<Box flexShrink={0}>
					<Bar />
					<Box flexDirection="column" width={inner} flexShrink={0}>
						<TextLines width={inner} lines={label} colour="strong" />
						<TextLines width={inner} lines={becauseLines} colour="warning" />
						<Field
							{...{ screen, controller }}
							width={inner}
							height={fieldRows}
							onBack={() => controller.act({ type: 'back' })}
							onItemCount={setItemCount}
						/>
						{helpRoom >= 2 && (
							<>
								<Box height={1} flexShrink={0} />
								<TextLines width={inner} height={helpRoom} colour="dim" lines={help} />
							</>
						)}
					</Box>
				</Box>
			</Box>
			{wide && (
				<Box flexDirection="column" width={aside} marginLeft={3} flexShrink={0}>
					<TextLines
						width={aside}
						height={body.height}
						colour="dim"
						lines={formatQuestionHelpLines(screen, aside)}
					/>
				</Box>
			)}
		</Box>
	);
}

/** A bar beside the current question, as tall as its content. */
function Bar(): ReactNode {
	const theme = useTheme();
	const { color } = theme.colour('accent');
	return (
		<Box
			flexShrink={0}
			width={BAR}
			borderStyle={{
				topLeft: '',
				top: '',
				topRight: '',
				left: theme.glyphs.bar,
				bottomLeft: '',
				bottom: '',
				bottomRight: '',
				right: '',
			}}
			borderTop={false}
			borderBottom={false}
			borderRight={false}
			{...(color !== undefined && { borderColor: color })}
		/>
	);
}

/** The latest answers of the current step. */
function answerSummaryRows(
	answerSummary: readonly AnswerSummaryStep[],
	at: { step: string; key: string },
	size: { width: number; rows: number },
	theme: Theme,
): TextPiece[][] {
	const lines = answerSummary.find(({ id }) => id === at.step)?.lines ?? [];
	const answered = lines.filter(
		({ key, confirmed, group }) => confirmed && key !== at.key && group === undefined,
	);
	const shown = size.rows <= 0 ? [] : answered.slice(-size.rows);
	const longest = shown.reduce((most, { label }) => Math.max(most, getWidthInCells(label)), 0);
	const labelWidth = Math.min(longest, Math.floor(size.width * 0.45));
	return shown.map((line) => rowOf(line, labelWidth, theme));
}

function rowOf(
	{ label, value, source }: AnswerSummaryLine,
	labelWidth: number,
	theme: Theme,
): TextPiece[] {
	return [
		{ text: `${theme.glyphs.done} `, role: 'done' },
		`${padOrTruncateText(label, labelWidth, theme)}  `,
		value === '' ? { text: 'blank', role: 'dim' } : value,
		...(source === 'given' ? [] : [{ text: `  ${source}`, role: 'dim' as const }]),
	];
}

/** All help for a question, wrapped. */
export function formatQuestionHelpLines(screen: QuestionScreen, width: number): string[] {
	const facts = [
		screen.rule && `Rule: ${screen.rule}`,
		screen.example && `Example: ${screen.example}`,
		screen.defaultSource && `Default: ${screen.defaultSource}`,
		screen.variableAlias,
		`Answers file key: ${screen.key}`,
	].filter((fact) => fact !== undefined && fact !== '');
	return [
		...wrapSingleLine(screen.help, width),
		'',
		...facts.flatMap((fact) => wrapSingleLine(String(fact), width)),
	];
}

/** The field for a question, by its kind and lookup state. */
function getFieldComponent({ valueKind, lookup }: QuestionScreen): FC<FieldProps> {
	switch (valueKind) {
		case 'choice':
		case 'variant':
		case 'yesno':
			return ChoiceField;
		case 'text':
			return LookupField;
		case 'number':
			return LineField;
		case 'list':
			return lookup === undefined || lookup.state === 'denied' ? ListField : MultiSelectField;
		case 'map':
			return MapField;
		case 'multiline':
			return MultilineField;
		case 'secret':
			return SecretReferenceField;
	}
}
