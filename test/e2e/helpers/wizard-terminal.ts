import { expect } from 'vitest';
import { build } from './build.ts';
import { cliPath } from './run-wizard.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

/** How many lines a shell has printed before the program starts. */
export const SHELL_LINES = 60;

export interface WizardTerminalOptions {
	columns?: number;
	rows?: number;
	argv?: readonly string[];
	env?: Readonly<Record<string, string | undefined>>;
	cwd?: string;
	/** Words before the command, such as those of `recordExecutions`. */
	commandPrefix?: readonly string[];
}

/** Starts the built program in a terminal in which a shell has been at work before. */
export async function openWizardTerminal(
	home: string,
	{
		columns = 80,
		rows = 24,
		argv = [],
		env = {},
		cwd = home,
		commandPrefix: before = [],
	}: WizardTerminalOptions = {},
): Promise<TestTerminal> {
	await build();
	const earlier = `i=1; while [ $i -le ${SHELL_LINES} ]; do echo "earlier line $i"; i=$((i+1)); done`;
	const { TF_CLI_CONFIG_FILE, HOME, PATH, GOGC } = process.env;
	return openTerminal({
		argv: [
			...(['sh', '-c', `${earlier}; exec "$@"`, 'sh'] as const),
			...[...before, process.execPath, cliPath, ...argv],
		],
		cwd,
		columns,
		rows,
		env: { HOME, PATH, TF_CLI_CONFIG_FILE, GOGC, TFE_WIZARD_HOME: home, ...env },
		timeoutMs: 120_000,
		marks: true,
	});
}

/** The lines the shell had printed are all there, in order, none twice. */
export function expectScrollbackIntact(terminal: TestTerminal): void {
	const lines = terminal.history().filter((line) => line.startsWith('earlier line'));
	expect(lines).toEqual(
		Array.from({ length: SHELL_LINES }, (_, index) => `earlier line ${index + 1}`),
	);
}

/** What a screen is, told by its keys. */
export type ScreenKind =
	| 'welcome'
	| 'question'
	| 'details'
	| 'checks'
	| 'review'
	| 'plan'
	| 'ceremony'
	| 'progress'
	| 'failure'
	| 'done'
	| 'unknown';

const screenKinds: readonly (readonly [ScreenKind, (screen: string, keys: string) => boolean])[] = [
	['review', (_, keys) => keys.includes('y start')],
	['plan', (_, keys) => keys.includes('y apply')],
	['ceremony', (screen) => screen.includes('Current unseal keys:')],
	['details', (_, keys) => keys.includes('continue or edit')],
	['checks', (_, keys) => keys.includes('r check again')],
	['progress', (_, keys) => keys.includes('l follow')],
	['done', (_, keys) => keys.includes('q quit')],
	['failure', (screen) => screen.includes('Review all answers')],
	['welcome', (screen) => screen.includes('Try it locally (practice mode)')],
	[
		'question',
		(screen, keys) => /┃ \S/.test(screen) && /\b(select|continue|confirm|add)\b/.test(keys),
	],
];

export function detectScreenKind(screen: readonly string[]): ScreenKind {
	const shown = screen.filter((line) => line.trim() !== '');
	const text = shown.join('\n');
	const keys = shown.at(-1) ?? '';
	return screenKinds.find(([, is]) => is(text, keys))?.[0] ?? 'unknown';
}

/** The line that stands for folded settings. */
export const COLLAPSED_SETTINGS = /(\S.*): \d+ optional settings? \(\d+ changed\)/;

/** As `sightOf`, and folded settings in a size that has other keys for them. */
export const detectScreenKindOrDetails = (screen: readonly string[]): ScreenKind =>
	screen.some((line) => COLLAPSED_SETTINGS.test(line)) ? 'details' : detectScreenKind(screen);

/** Tells one screen from the next, whatever moves on it. */
export function getScreenId(screen: readonly string[]): string {
	const title =
		getQuestionTitle(screen) ??
		screen.map((line) => COLLAPSED_SETTINGS.exec(line)?.[1]).find(Boolean);
	return [detectScreenKindOrDetails(screen), title].filter(Boolean).join(' ');
}

/** The question on screen, as its title has it; undefined when there is none. */
export function getQuestionTitle(screen: readonly string[]): string | undefined {
	const line = screen.find((one) => one.includes('┃ '));
	return line
		?.split('┃ ')[1]
		?.replace(/\s{2,}.*$/, '')
		.trim();
}

export function waitForScreen(
	terminal: TestTerminal,
	wanted: ScreenKind,
	timeoutMs?: number,
): Promise<string[]> {
	return terminal.waitFor((screen) => detectScreenKind(screen) === wanted, {
		what: `the screen "${wanted}"`,
		...(timeoutMs === undefined ? {} : { timeoutMs }),
	});
}

/** Presses keys and waits until something else is shown. */
export async function pressAndWait(terminal: TestTerminal, ...keys: string[]): Promise<string[]> {
	const before = terminal.screen().join('\n');
	await terminal.press(...keys);
	return terminal.waitFor((screen) => screen.join('\n') !== before, {
		what: `another screen after ${keys.join(' ')}`,
	});
}

/**
 * Takes what is suggested, screen after screen, until `until` is shown.
 *
 * @param see Called with each screen before its key is pressed.
 */
export async function acceptSuggestions(
	terminal: TestTerminal,
	until: ScreenKind,
	see: (sight: ScreenKind, screen: readonly string[]) => void | Promise<void> = () => {},
): Promise<void> {
	for (;;) {
		const screen = await waitForIdleScreen(terminal);
		const sight = detectScreenKind(screen);
		await see(sight, screen);
		if (sight === until) return;
		const here = getScreenId(screen);
		if (!['question', 'details', 'checks'].includes(sight))
			throw new Error(`nothing to take on "${sight}":\n${screen.join('\n')}`);
		if (sight === 'question') await acceptSuggestion(terminal);
		else await terminal.press('n');
		await terminal.waitFor((next) => ![here, 'unknown'].includes(getScreenId(next)), {
			what: `what follows on ${here}`,
		});
	}
}

const CONFIRM_LABEL = 'Continue anyway';

/** Takes what stands in a question, also where it comes with a warning. */
export async function acceptSuggestion(terminal: TestTerminal): Promise<void> {
	const isWarned = (screen: readonly string[]) =>
		screen.some((line) => line.includes(CONFIRM_LABEL));
	if (!isWarned(terminal.screen())) {
		const screen = terminal.screen();
		const here = getScreenId(screen);
		await terminal.press(
			screen.some((line) => line.includes('ctrl-d continue')) ? 'ctrlD' : 'enter',
		);
		const after = await terminal.waitFor(
			(next) => isWarned(next) || ![here, 'unknown'].includes(getScreenId(next)),
			{ what: `a warning, or what follows on ${here}` },
		);
		if (!isWarned(after)) return;
	}
	await pressAndWait(terminal, 'down');
	await terminal.waitFor(new RegExp(`❯ ${CONFIRM_LABEL}`));
	await pressAndWait(terminal, 'enter');
}

/** Waits until nothing is looked up or checked on the screen any more. */
export async function waitForIdleScreen(terminal: TestTerminal): Promise<string[]> {
	for (;;) {
		await terminal.waitFor((one) => isIdle(one), { what: 'a screen to answer' });
		const screen = await terminal.settled();
		if (isIdle(screen)) return screen;
	}
}

/** The body of one screen over the keys of the one before: they are drawn apart. */
function isPartlyDrawn(screen: readonly string[]): boolean {
	const keys = screen.filter((line) => line.trim() !== '').at(-1) ?? '';
	const folded = screen.some((line) => COLLAPSED_SETTINGS.test(line));
	const asks = screen.some((line) => /┃ \S/.test(line));
	return (
		(folded && /F1 help|ctrl-g|r check again/.test(keys)) ||
		(asks && !folded && /r check again|continue or edit/.test(keys))
	);
}

function isIdle(screen: readonly string[]): boolean {
	const sight = detectScreenKindOrDetails(screen);
	if (isPartlyDrawn(screen)) return false;
	if (sight === 'unknown' || screen.some((line) => /looking up/i.test(line))) return false;
	// The first frame may name the key to go on with before anything was checked.
	const checked = () =>
		screen.some((line) => line.includes('n continue')) &&
		!screen.some((line) => /\d+ running/.test(line));
	return sight !== 'checks' || checked();
}
