import type { Milestone, ProgressScreen } from '../../wizard/wizard-model.ts';
import { prefixTitle, toSentence } from './sentences.ts';

const BEGUN = 'Started. Type details at any time for progress, or stop to stop the run.';

/** Renders new milestones and the current activity, in order. */
export function renderMilestones(screen: ProgressScreen, before?: ProgressScreen): string[] {
	const fresh = findNewMilestones(screen, before).filter(({ text }) => !isShownAsPlan(text));
	const doing = screen.doing === before?.doing ? undefined : doingWords(screen);
	const earlier = fresh.filter(({ at }) => at <= screen.since);
	return [
		...(isBeginning(screen, before) ? [BEGUN] : []),
		...earlier.map(milestoneLine),
		...(doing === undefined ? [] : [doing]),
		...fresh.slice(earlier.length).map(milestoneLine),
	];
}

/** Before its first step, a run has no start time yet. */
function isBeginning(screen: ProgressScreen, before?: ProgressScreen): boolean {
	return before === undefined || (before.runSince !== screen.runSince && before.step !== '');
}

/** Milestones that have not been printed. */
export function findNewMilestones(
	{ milestones }: ProgressScreen,
	before?: ProgressScreen,
): readonly Milestone[] {
	const name = ({ at, text }: Milestone) => `${at} ${text}`;
	const said = new Set(before?.milestones.map(name));
	return milestones.filter((milestone) => !said.has(name(milestone)));
}

/** A plan with changes has its own screen, which is printed instead. */
const isShownAsPlan = (text: string) =>
	/^(?:\S+ plan|plan of \S+): /.test(text) && !/: (?:no changes|nothing to change)$/.test(text);

function milestoneLine({ level, step, text }: Milestone): string {
	const words = madeWords(text).replace(/; log \S+$/, '');
	const word = level === 'warning' ? 'warning, ' : '';
	return toSentence(`${word}${step === undefined ? words : stepWords(step, words)}`);
}

/** Prefixes a text with the name of its step. */
function stepWords(step: string, words: string): string {
	return words.startsWith('done in ') ? `${step} ${words}` : prefixTitle(step, words);
}

const STATES_ITS_VERB =
	/: |(?:^| )(?:is|was|created|moved|removed|written|restarted|opened|unsealed)\b/;

/** Adds a verb to a change that has none of its own. */
function madeWords(text: string): string {
	const made = /^(?:made|done|created|changed): (.*)$/s.exec(text)?.[1];
	if (made === undefined) return text;
	return STATES_ITS_VERB.test(made) ? made : `created ${made}`;
}

const commands: Readonly<Record<string, (stack: string) => string>> = {
	init: (stack) => `Running terraform init for ${stack}.`,
	plan: (stack) => `Running terraform plan for ${stack}.`,
	apply: (stack) => `Running terraform apply for ${stack}.`,
};

/**
 * The current activity. Omits short terraform commands, and steps, which their milestones report.
 */
function doingWords({ doing, title }: ProgressScreen): string | undefined {
	const [, command = '', stack = ''] =
		/^terraform (\S+)\b.* (?:of|for|in) (\S+)$/.exec(doing) ?? [];
	if (command !== '') return commands[command]?.(stack);
	return doing === '' || doing === title ? undefined : toSentence(doing);
}
