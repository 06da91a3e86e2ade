import { WELCOME_LINES } from '../wizard/wizard-view-model.ts';
import { wrapHelpText } from './help.ts';

const TITLE = 'Private Terraform Enterprise on AWS, step by step.';
const WIDEST = 160;

/**
 * Renders the frame that is shown while the program is loaded. It starts like the welcome screen, so
 * that no text moves when that screen replaces it.
 *
 * @param welcome False if the first screen is another one: then only the program name is shown.
 */
export function formatFirstFrameLines(
	welcome: boolean,
	{ columns, rows }: { columns: number; rows: number },
): string[] {
	if (!welcome) return [' tfe-wizard'];
	const width = Math.min(columns, WIDEST) - 5;
	const facts = WELCOME_LINES.flatMap((fact) =>
		wrapHelpText(fact, width).map((line, index) => (index === 0 ? ` - ${line}` : `   ${line}`)),
	);
	return [' tfe-wizard', '', ` ${TITLE}`, ...facts].slice(0, Math.max(1, rows - 2));
}

/** Whether the command line probably opens the screens; decided without parsing it. */
export function opensScreens(
	argv: readonly string[],
	environment: Readonly<Record<string, string | undefined>>,
): boolean {
	const { TERM, TFE_WIZARD_LINES, INK_SCREEN_READER } = environment;
	if (TERM === 'dumb' || TFE_WIZARD_LINES || INK_SCREEN_READER) return false;
	const [first = ''] = argv;
	return (
		(argv.length === 0 || first === 'wizard' || /^--(session|practice|cloud|home)\b/.test(first)) &&
		!argv.includes('--lines')
	);
}

/** The frame on the terminal until the program is loaded. */
export interface FirstFrame {
	/** Number of rows of the frame. */
	rows: number;
	/** Restores the terminal if no screen follows. */
	abandon(): void;
}

/** Escape sequence that erases the last `rows` rows. */
export function formatEraseRows(rows: number): string {
	return rows === 0 ? '' : `\x1b[${rows}A\r\x1b[J`;
}
