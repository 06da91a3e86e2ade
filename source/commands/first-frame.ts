import { wrapHelpText } from './help.ts';

/** First lines of the welcome screen. */
export const WELCOME_LINES = [
	'Answer questions while lookups and checks run in the background; nothing changes.',
	'Review each plan before it is applied; exactly that plan is applied.',
	'Questions take about 10 minutes, the installation 25 to 40, mostly the database.',
	'Press ctrl-c to quit at any time; progress is saved and the next run resumes.',
	'The result is plain Terraform in your own directory that you can manage yourself.',
] as const;

const TITLE = 'Private Terraform Enterprise on AWS, step by step.';
const WIDEST = 160;

/**
 * Renders the frame that is shown while the program is loaded. It starts like the welcome screen, so
 * that no text moves when that screen replaces it.
 *
 * @param welcome False if the first screen is another one: then only the program name is shown.
 */
export function renderFirstFrame(
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
