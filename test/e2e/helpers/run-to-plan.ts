import { getTargetOrDefault } from '../../../source/targets/registry.ts';
import { LONG_MAX_WAIT_MS } from '../../helpers/wait-for.ts';
import { acceptValue, type KeyboardAction, searchAndSelect } from './keyboard-actions.ts';
import type { TestTerminal } from './terminal.ts';
import {
	COLLAPSED_SETTINGS,
	detectScreenKindOrDetails,
	getQuestionTitle,
	getScreenId,
	openWizardTerminal,
	pressAndWait,
	waitForIdleScreen,
	waitForScreen,
} from './wizard-terminal.ts';

export interface InterviewScenario {
	session: string;
	columns?: number;
	rows?: number;
	env?: Readonly<Record<string, string>>;
	/** By key; all other questions are taken as they stand. */
	questions?: Readonly<Record<string, KeyboardAction>>;
	/** Folded settings in the order in which they are changed. */
	collapsed?: Readonly<Record<string, KeyboardAction>>;
	/** At the review, before it begins; whatever is asked again is taken as it stands. */
	atReview?: KeyboardAction;
}

const { steps, questions } = getTargetOrDefault('ptfe-ami').catalogue;

function getQuestionKey(screen: readonly string[]): string {
	const title = getQuestionTitle(screen) ?? '';
	const found =
		questions.find(({ label }) => label === title) ??
		questions.find(({ label }) => title !== '' && label.startsWith(title));
	if (found === undefined) throw new Error(`no question "${title}":\n${screen.join('\n')}`);
	return found.key;
}

/** Opens a folded setting by what it is called, as one finds it among forty. */
async function openCollapsed(terminal: TestTerminal, key: string): Promise<void> {
	const label = questions.find((question) => question.key === key)?.label ?? key;
	await searchAndSelect(label)(terminal);
	await waitForScreen(terminal, 'question');
	const opened = getQuestionKey(await waitForIdleScreen(terminal));
	if (opened !== key) throw new Error(`opened ${opened} instead of ${key}`);
}

/** Changes the folded settings of the step on screen that are to be changed. */
async function changeCollapsed(
	terminal: TestTerminal,
	folded: Readonly<Record<string, KeyboardAction>>,
	open: Set<string>,
): Promise<void> {
	const title = terminal.screen().flatMap((line) => COLLAPSED_SETTINGS.exec(line)?.[1] ?? []);
	const step = steps.find((one) => title.some((words) => words.endsWith(one.title)));
	const own = questions.filter((question) => question.step === step?.id).map(({ key }) => key);
	for (const [key, deed] of Object.entries(folded)) {
		if (!own.includes(key) || !open.delete(key)) continue;
		await openCollapsed(terminal, key);
		await deed(terminal);
		await terminal.waitFor(COLLAPSED_SETTINGS);
		await terminal.settled();
	}
}

/** Goes through the guided practice installation with keys alone, up to its review. */
async function answerInterview(
	terminal: TestTerminal,
	asked: Readonly<Record<string, KeyboardAction>>,
	folded: Readonly<Record<string, KeyboardAction>>,
): Promise<void> {
	const open = new Set([...Object.keys(asked), ...Object.keys(folded)]);
	for (;;) {
		const screen = await waitForIdleScreen(terminal);
		const sight = detectScreenKindOrDetails(screen);
		if (sight === 'review') break;
		const here = getScreenId(screen);
		if (sight === 'question') {
			const key = getQuestionKey(screen);
			const deed = open.delete(key) ? asked[key] : undefined;
			await (deed ?? acceptValue)(terminal);
		} else if (sight === 'details' || sight === 'checks') {
			if (sight === 'details') await changeCollapsed(terminal, folded, open);
			await pressAndWait(terminal, 'n');
		} else throw new Error(`nothing to answer on "${sight}":\n${screen.join('\n')}`);
		await terminal.waitFor((next) => ![here, 'unknown'].includes(getScreenId(next)), {
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
export async function runToFirstPlan(
	home: string,
	endpoint: string,
	scenario: InterviewScenario,
	see: () => Promise<void>,
): Promise<void> {
	const { session, columns = 80, rows = 24, env = {} } = scenario;
	const argv = ['--practice', '--cloud', endpoint, '--session', session];
	await using terminal = await openWizardTerminal(home, { argv, columns, rows, env });
	await answerInterview(terminal, scenario.questions ?? {}, scenario.collapsed ?? {});
	if (scenario.atReview !== undefined) {
		await scenario.atReview(terminal);
		await answerInterview(terminal, {}, {});
	}
	await terminal.press('y');
	await waitForScreen(terminal, 'plan', LONG_MAX_WAIT_MS);
	await see();
	await terminal.press('ctrlC');
	const { code } = await terminal.waitForExit(LONG_MAX_WAIT_MS);
	if (code !== 130) throw new Error(`left with ${code}:\n${terminal.screen().join('\n')}`);
}
