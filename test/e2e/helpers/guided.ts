import { expect } from 'vitest';
import { build } from './build.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';
import { bin } from './wizard.ts';

/** How many lines a shell has printed before the program starts. */
export const SHELL_LINES = 60;

export interface GuidedOptions {
	columns?: number;
	rows?: number;
	argv?: readonly string[];
	env?: Readonly<Record<string, string | undefined>>;
	cwd?: string;
	/** Words before the command, such as those of `recordExecutions`. */
	before?: readonly string[];
}

/** Starts the built program in a terminal in which a shell has been at work before. */
export async function openGuided(
	home: string,
	{ columns = 80, rows = 24, argv = [], env = {}, cwd = home, before = [] }: GuidedOptions = {},
): Promise<TestTerminal> {
	await build();
	const earlier = `i=1; while [ $i -le ${SHELL_LINES} ]; do echo "earlier line $i"; i=$((i+1)); done`;
	const { TF_CLI_CONFIG_FILE, HOME, PATH, GOGC } = process.env;
	return openTerminal({
		argv: [
			...(['sh', '-c', `${earlier}; exec "$@"`, 'sh'] as const),
			...[...before, process.execPath, bin, ...argv],
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
export function expectHistoryIntact(terminal: TestTerminal): void {
	const lines = terminal.history().filter((line) => line.startsWith('earlier line'));
	expect(lines).toEqual(
		Array.from({ length: SHELL_LINES }, (_, index) => `earlier line ${index + 1}`),
	);
}

/** What a screen is, told by its keys. */
export type Sight =
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

const sights: readonly (readonly [Sight, (screen: string, keys: string) => boolean])[] = [
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

export function sightOf(screen: readonly string[]): Sight {
	const shown = screen.filter((line) => line.trim() !== '');
	const text = shown.join('\n');
	const keys = shown.at(-1) ?? '';
	return sights.find(([, is]) => is(text, keys))?.[0] ?? 'unknown';
}

/** The line that stands for folded settings. */
export const FOLDED = /(\S.*): \d+ optional settings? \(\d+ changed\)/;

/** As `sightOf`, and folded settings in a size that has other keys for them. */
export const seenAs = (screen: readonly string[]): Sight =>
	screen.some((line) => FOLDED.test(line)) ? 'details' : sightOf(screen);

/** Tells one screen from the next, whatever moves on it. */
export function placeOf(screen: readonly string[]): string {
	const title = titleOf(screen) ?? screen.map((line) => FOLDED.exec(line)?.[1]).find(Boolean);
	return [seenAs(screen), title].filter(Boolean).join(' ');
}

/** The question on screen, as its title has it; undefined when there is none. */
export function titleOf(screen: readonly string[]): string | undefined {
	const line = screen.find((one) => one.includes('┃ '));
	return line
		?.split('┃ ')[1]
		?.replace(/\s{2,}.*$/, '')
		.trim();
}

export function waitForSight(
	terminal: TestTerminal,
	wanted: Sight,
	timeoutMs?: number,
): Promise<string[]> {
	return terminal.waitFor((screen) => sightOf(screen) === wanted, {
		what: `the screen "${wanted}"`,
		...(timeoutMs === undefined ? {} : { timeoutMs }),
	});
}

/** Presses keys and waits until something else is shown. */
export async function pressOn(terminal: TestTerminal, ...keys: string[]): Promise<string[]> {
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
export async function takeAll(
	terminal: TestTerminal,
	until: Sight,
	see: (sight: Sight, screen: readonly string[]) => void | Promise<void> = () => {},
): Promise<void> {
	for (;;) {
		const screen = await atRest(terminal);
		const sight = sightOf(screen);
		await see(sight, screen);
		if (sight === until) return;
		const here = placeOf(screen);
		if (!['question', 'details', 'checks'].includes(sight))
			throw new Error(`nothing to take on "${sight}":\n${screen.join('\n')}`);
		if (sight === 'question') await takeIt(terminal);
		else await terminal.press('n');
		await terminal.waitFor((next) => ![here, 'unknown'].includes(placeOf(next)), {
			what: `what follows on ${here}`,
		});
	}
}

const SURE = 'Continue anyway';

/** Takes what stands in a question, also where it comes with a warning. */
export async function takeIt(terminal: TestTerminal): Promise<void> {
	const isWarned = (screen: readonly string[]) => screen.some((line) => line.includes(SURE));
	if (!isWarned(terminal.screen())) {
		const screen = terminal.screen();
		const here = placeOf(screen);
		await terminal.press(
			screen.some((line) => line.includes('ctrl-d continue')) ? 'ctrlD' : 'enter',
		);
		const after = await terminal.waitFor(
			(next) => isWarned(next) || ![here, 'unknown'].includes(placeOf(next)),
			{ what: `a warning, or what follows on ${here}` },
		);
		if (!isWarned(after)) return;
	}
	await pressOn(terminal, 'down');
	await terminal.waitFor(new RegExp(`❯ ${SURE}`));
	await pressOn(terminal, 'enter');
}

/** Waits until nothing is looked up or checked on the screen any more. */
export async function atRest(terminal: TestTerminal): Promise<string[]> {
	for (;;) {
		await terminal.waitFor((one) => isReady(one), { what: 'a screen to answer' });
		const screen = await terminal.settled();
		if (isReady(screen)) return screen;
	}
}

/** The body of one screen over the keys of the one before: they are drawn apart. */
function isOfTwo(screen: readonly string[]): boolean {
	const keys = screen.filter((line) => line.trim() !== '').at(-1) ?? '';
	const folded = screen.some((line) => FOLDED.test(line));
	const asks = screen.some((line) => /┃ \S/.test(line));
	return (
		(folded && /F1 help|ctrl-g|r check again/.test(keys)) ||
		(asks && !folded && /r check again|continue or edit/.test(keys))
	);
}

function isReady(screen: readonly string[]): boolean {
	const sight = seenAs(screen);
	if (isOfTwo(screen)) return false;
	if (sight === 'unknown' || screen.some((line) => /looking up/i.test(line))) return false;
	// The first frame may name the key to go on with before anything was checked.
	const checked = () =>
		screen.some((line) => line.includes('n continue')) &&
		!screen.some((line) => /\d+ running/.test(line));
	return sight !== 'checks' || checked();
}
