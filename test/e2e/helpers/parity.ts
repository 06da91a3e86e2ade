import { getTargetOrDefault } from '../../../source/targets/registry.ts';
import { LONG_MAX_WAIT_MS } from '../../helpers/wait-for.ts';
import { type Deed, find, take } from './fingers.ts';
import {
	atRest,
	FOLDED,
	openGuided,
	placeOf,
	pressOn,
	seenAs,
	titleOf,
	waitForSight,
} from './guided.ts';
import type { TestTerminal } from './terminal.ts';

export interface Scenario {
	session: string;
	columns?: number;
	rows?: number;
	env?: Readonly<Record<string, string>>;
	/** By key; all other questions are taken as they stand. */
	asked?: Readonly<Record<string, Deed>>;
	/** Folded settings in the order in which they are changed. */
	folded?: Readonly<Record<string, Deed>>;
	/** At the review, before it begins; whatever is asked again is taken as it stands. */
	atReview?: Deed;
}

const { steps, questions } = getTargetOrDefault('ptfe-ami').catalogue;

function keyOf(screen: readonly string[]): string {
	const title = titleOf(screen) ?? '';
	const found =
		questions.find(({ label }) => label === title) ??
		questions.find(({ label }) => title !== '' && label.startsWith(title));
	if (found === undefined) throw new Error(`no question "${title}":\n${screen.join('\n')}`);
	return found.key;
}

/** Opens a folded setting by what it is called, as one finds it among forty. */
async function openFolded(terminal: TestTerminal, key: string): Promise<void> {
	const label = questions.find((question) => question.key === key)?.label ?? key;
	await find(label)(terminal);
	await waitForSight(terminal, 'question');
	const opened = keyOf(await atRest(terminal));
	if (opened !== key) throw new Error(`opened ${opened} instead of ${key}`);
}

/** Changes the folded settings of the step on screen that are to be changed. */
async function changeFolded(
	terminal: TestTerminal,
	folded: Readonly<Record<string, Deed>>,
	open: Set<string>,
): Promise<void> {
	const title = terminal.screen().flatMap((line) => FOLDED.exec(line)?.[1] ?? []);
	const step = steps.find((one) => title.some((words) => words.endsWith(one.title)));
	const own = questions.filter((question) => question.step === step?.id).map(({ key }) => key);
	for (const [key, deed] of Object.entries(folded)) {
		if (!own.includes(key) || !open.delete(key)) continue;
		await openFolded(terminal, key);
		await deed(terminal);
		await terminal.waitFor(FOLDED);
		await terminal.settled();
	}
}

/** Goes through the guided practice installation with keys alone, up to its review. */
async function answerAll(
	terminal: TestTerminal,
	asked: Readonly<Record<string, Deed>>,
	folded: Readonly<Record<string, Deed>>,
): Promise<void> {
	const open = new Set([...Object.keys(asked), ...Object.keys(folded)]);
	for (;;) {
		const screen = await atRest(terminal);
		const sight = seenAs(screen);
		if (sight === 'review') break;
		const here = placeOf(screen);
		if (sight === 'question') {
			const key = keyOf(screen);
			const deed = open.delete(key) ? asked[key] : undefined;
			await (deed ?? take)(terminal);
		} else if (sight === 'details' || sight === 'checks') {
			if (sight === 'details') await changeFolded(terminal, folded, open);
			await pressOn(terminal, 'n');
		} else throw new Error(`nothing to answer on "${sight}":\n${screen.join('\n')}`);
		await terminal.waitFor((next) => ![here, 'unknown'].includes(placeOf(next)), {
			what: `what follows on ${here}`,
		});
	}
	if (open.size > 0) throw new Error(`never asked: ${[...open].join(', ')}`);
}

/**
 * Runs a scenario up to its first plan and leaves it there with ctrl-c.
 *
 * @param see Called while the plan is on screen.
 */
export async function walkToPlan(
	home: string,
	endpoint: string,
	scenario: Scenario,
	see: () => Promise<void>,
): Promise<void> {
	const { session, columns = 80, rows = 24, env = {} } = scenario;
	const argv = ['--practice', '--cloud', endpoint, '--session', session];
	await using terminal = await openGuided(home, { argv, columns, rows, env });
	await answerAll(terminal, scenario.asked ?? {}, scenario.folded ?? {});
	if (scenario.atReview !== undefined) {
		await scenario.atReview(terminal);
		await answerAll(terminal, {}, {});
	}
	await terminal.press('y');
	await waitForSight(terminal, 'plan', LONG_MAX_WAIT_MS);
	await see();
	await terminal.press('ctrlC');
	const { code } = await terminal.waitForExit(LONG_MAX_WAIT_MS);
	if (code !== 130) throw new Error(`left with ${code}:\n${terminal.screen().join('\n')}`);
}
