import { Box } from 'ink';
import type { ReactNode } from 'react';
import type {
	AnswerSummaryStep,
	QuestionScreen,
	WizardController,
} from '../source/wizard/wizard-model.ts';
import { TextLine, TextLines, wrapAndTruncate, wrapSingleLine } from './parts/styled-text.tsx';
import { useBodySize, useTerminalSize, WIDE_COLUMNS } from './parts/terminal-size.ts';
import { useTheme } from './parts/theme.ts';
import { answerSummaryRows } from './questions/answer-summary-rows.ts';
import { getFieldComponent } from './questions/field-components.tsx';
import { getPreferredFieldRows } from './questions/field-height.ts';
import { questionHelpLines } from './questions/question-help.ts';

interface QuestionViewProps {
	screen: QuestionScreen;
	guide: WizardController;
	ticket: readonly AnswerSummaryStep[];
}

const BAR = 2;

/** The latest answers, the question with its field, and its help where there is room. */
export function QuestionView({ screen, guide, ticket }: QuestionViewProps): ReactNode {
	const theme = useTheme();
	const body = useBodySize();
	const wide = useTerminalSize().columns >= WIDE_COLUMNS;
	const aside = wide ? Math.min(38, Math.floor(body.width * 0.36)) : 0;
	const width = body.width - (wide ? aside + 3 : 0);
	const inner = width - BAR;

	const { number, of, because = [], detail } = screen;
	const count = detail || of < 2 ? '' : `  ${number} of ${of}`;
	const label = wrapAndTruncate(screen.label + count, inner, 3, theme);
	const known = new Map(ticket.flatMap(({ lines }) => lines).map((line) => [line.key, line.label]));
	const nameOf = (key: string) => known.get(key) ?? key;
	const reasons =
		because.length === 0 ? [] : [`Please confirm: ${because.map(nameOf).join(', ')} changed`];
	const becauseLines = reasons.flatMap((reason) => wrapAndTruncate(reason, inner, 2, theme));
	const head = label.length + becauseLines.length;
	const fieldRows = Math.max(2, Math.min(getPreferredFieldRows(screen, inner), body.height - head));
	const left = body.height - head - fieldRows;
	const help = wide ? [] : wrapSingleLine(screen.help, inner);
	// Keeps two answers visible; more only when the help leaves room.
	const ticketRoom = Math.min(6, left - 1, Math.max(2, left - help.length - 2));
	const rows = answerSummaryRows(ticket, screen, { width, rows: ticketRoom }, theme);
	const ticketHeight = rows.length > 0 ? rows.length + 1 : 0;
	const helpRoom = wide ? 0 : left - ticketHeight - 1;
	const Field = getFieldComponent(screen);
	return (
		<Box width={body.width} height={body.height} overflow="hidden">
			<Box flexDirection="column" width={width} flexShrink={0}>
				{rows.map((pieces, at) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
					<TextLine key={at} width={width} pieces={pieces} />
				))}
				{rows.length > 0 && <Box height={1} flexShrink={0} />}
				<Box flexShrink={0}>
					<Bar />
					<Box flexDirection="column" width={inner} flexShrink={0}>
						<TextLines width={inner} lines={label} colour="strong" />
						<TextLines width={inner} lines={becauseLines} colour="warning" />
						<Field screen={screen} guide={guide} width={inner} height={fieldRows} />
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
						lines={questionHelpLines(screen, aside)}
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
