import { wrap } from './help.ts';

/** What is about to happen, in the order it happens: the beginning of the welcome screen. */
export const WELCOME = [
	'Answer questions while lookups and checks run in the background; nothing changes.',
	'Review each plan before it is applied; exactly that plan is applied.',
	'Questions take about 10 minutes, the installation 25 to 40, mostly the database.',
	'Press ctrl-c to quit at any time; progress is saved and the next run resumes.',
	'The result is plain Terraform in your own directory that you can manage yourself.',
] as const;

const TITLE = 'Private Terraform Enterprise on AWS, step by step.';
const WIDEST = 160;

/**
 * The first frame, for the moment in which the program proper is still being loaded: the same
 * lines the welcome screen begins with, so that nothing jumps when that takes their place.
 *
 * @param welcome False where the first screen is another one: then only the product is named.
 */
export function firstFrame(
	welcome: boolean,
	{ columns, rows }: { columns: number; rows: number },
): string[] {
	if (!welcome) return [' tfe-wizard'];
	const width = Math.min(columns, WIDEST) - 5;
	const facts = WELCOME.flatMap((fact) =>
		wrap(fact, width).map((line, index) => (index === 0 ? ` - ${line}` : `   ${line}`)),
	);
	return [' tfe-wizard', '', ` ${TITLE}`, ...facts].slice(0, Math.max(1, rows - 2));
}

/** Whether the command line leads to screens, as far as that can be told at a glance. */
export function leadsToScreens(
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

/** The time between the first frame and the program proper. */
export interface Opening {
	/** How many rows the first frame took. */
	rows: number;
	/** Gives the terminal back as it was: no screen comes after all. */
	abandon(): void;
}

/** Takes back `rows` lines that were drawn, for what comes in their place. */
export function takenBack(rows: number): string {
	return rows === 0 ? '' : `\x1b[${rows}A\r\x1b[J`;
}
