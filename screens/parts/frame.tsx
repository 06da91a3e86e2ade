import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { StepperStep, WizardHeader } from '../../source/wizard/wizard-view-model.ts';
import { Footer } from './footer.tsx';
import { useKeyHandler } from './key-handlers.tsx';
import { createStepperColumn, createStepperLine } from './stepper.ts';
import { getWidthInCells, TextLine, type TextPiece, truncateText } from './styled-text.tsx';
import { BodySizeContext, useTerminalSize, WIDE_COLUMNS } from './terminal-and-body-size.ts';
import { type Theme, useTheme } from './theme.ts';

/** On a smaller terminal no screen can show what it must. */
const MIN_TERMINAL_SIZE = { columns: 40, rows: 20 };

interface FrameProps {
	header: WizardHeader;
	stepper: readonly StepperStep[];
	/** Ids of the keys in the footer. */
	keys: readonly string[];
	children: ReactNode;
}

const STEPPER_GAP = 2;

/**
 * Divides rows and columns. One row and one column stay free, because terminals scroll or wrap when
 * their last cell is written.
 */
export function getFrameLayout(
	terminal: { columns: number; rows: number },
	steps: readonly StepperStep[],
) {
	const tooSmall =
		terminal.columns < MIN_TERMINAL_SIZE.columns || terminal.rows < MIN_TERMINAL_SIZE.rows;
	// The cells between the margin and the free last column.
	const width = Math.max(10, terminal.columns - 2);
	const wide = terminal.columns >= WIDE_COLUMNS && steps.length > 0;
	const longest = steps.reduce((most, { title }) => Math.max(most, title.length), 0);
	const stepperWidth = wide ? Math.min(24, longest + 2) : 0;
	const airy = terminal.rows >= 24;
	const stepperRows = wide || steps.length === 0 ? 0 : 1;
	const height = terminal.rows - 1 - 1 - stepperRows - 1 - (airy ? 1 : 0) - 1;
	const body = {
		width: width - (wide ? stepperWidth + STEPPER_GAP : 0),
		height: Math.max(4, height),
	};
	return { width, stepperWidth, body, airy, tooSmall };
}

/** Header, steps, body and footer; always one row shorter than the terminal. */
export function Frame({ header, stepper, keys, children }: FrameProps): ReactNode {
	const terminal = useTerminalSize();
	const theme = useTheme();
	const { width, stepperWidth, body, airy, tooSmall } = getFrameLayout(terminal, stepper);
	const line = stepperWidth === 0 && stepper.length > 0;
	// On a small terminal the content is hidden, not unmounted, so that typed text is kept.
	const hidden = tooSmall ? ('none' as const) : ('flex' as const);
	return (
		<Box flexDirection="column">
			{tooSmall && <TerminalTooSmall {...terminal} />}
			<Box
				display={hidden}
				flexDirection="column"
				marginLeft={1}
				width={width}
				height={terminal.rows - 1}
				overflow="hidden"
			>
				<TextLine width={width} pieces={createHeaderLine(header, width, theme)} />
				{line && <TextLine width={width} pieces={createStepperLine(stepper, width, theme)} />}
				<Box height={1} flexShrink={0} />
				<Box height={body.height} flexShrink={0} overflow="hidden">
					{stepperWidth > 0 && (
						<Box
							flexDirection="column"
							flexShrink={0}
							width={stepperWidth}
							marginRight={STEPPER_GAP}
						>
							{createStepperColumn(
								stepper,
								{ width: stepperWidth, height: body.height },
								theme,
							).map((piece, at) => (
								<TextLine
									// biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
									key={at}
									width={stepperWidth}
									pieces={[piece]}
								/>
							))}
						</Box>
					)}
					<Box flexDirection="column" flexShrink={0} width={body.width} overflow="hidden">
						<BodySizeContext value={body}>{children}</BodySizeContext>
					</Box>
				</Box>
				{airy && <Box height={1} flexShrink={0} />}
				<Footer ids={keys} width={width} />
			</Box>
		</Box>
	);
}

const PRODUCT = 'tfe-wizard';

/**
 * The first line: product, session, account, region. The practice mark is never cut, and the
 * session name is cut before the account and region.
 */
export function createHeaderLine(header: WizardHeader, width: number, theme: Theme): TextPiece[] {
	const { practice, session, account, region } = header;
	const mark = practice ? '  PRACTICE' : '';
	const facts = [account, region].filter((fact) => fact !== undefined);
	const joint = ` ${theme.glyphs.dot} `;
	const fixed =
		getWidthInCells(PRODUCT) +
		getWidthInCells(mark) +
		facts.reduce((sum, fact) => sum + getWidthInCells(joint + fact), 0);
	const room = width - fixed - 2;
	const name = session === undefined ? '' : room >= 4 ? truncateText(session, room, theme) : '';
	const facing = [...(name === '' ? [] : [name]), ...facts].join(joint);
	const left = width - getWidthInCells(PRODUCT) - getWidthInCells(mark) - 2;
	return [
		{ text: PRODUCT, role: 'accent', bold: true },
		...(facing === '' ? [] : ['  ', truncateText(facing, left, theme)]),
		...(practice ? [{ text: mark, role: 'warning' as const, bold: true }] : []),
	];
}

/** One line instead of the screen. Keys do nothing, because their effect could not be seen. */
function TerminalTooSmall({ columns, rows }: typeof MIN_TERMINAL_SIZE): ReactNode {
	useKeyHandler((press) => !press.is('interrupt', 'suspend'));
	const needed = `${MIN_TERMINAL_SIZE.columns}x${MIN_TERMINAL_SIZE.rows}`;
	const text = `Terminal too small (${columns}x${rows}); resize to at least ${needed}`;
	const short = `Resize to at least ${needed}`;
	const width = Math.max(1, columns - 1);
	return (
		<TextLine
			width={width}
			pieces={[{ text: width < text.length ? short : text, role: 'warning' }]}
		/>
	);
}
