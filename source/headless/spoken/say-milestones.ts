import type { Milestone, ProgressScreen } from '../../engine/guide/model.ts';
import { behind, spoken } from './moment.ts';

const BEGUN = 'Begun. Type details at any time to hear how far it is, or stop.';

/** What a run has come to since, in the order it came to pass: milestones, and what it does now. */
export function happeningLines(screen: ProgressScreen, before?: ProgressScreen): string[] {
	const fresh = newMilestones(screen, before).filter(({ text }) => !isShownAsPlan(text));
	const doing = screen.doing === before?.doing ? undefined : doingWords(screen);
	const earlier = fresh.filter(({ at }) => at <= screen.since);
	return [
		...(isBeginning(screen, before) ? [BEGUN] : []),
		...earlier.map(milestoneLine),
		...(doing === undefined ? [] : [doing]),
		...fresh.slice(earlier.length).map(milestoneLine),
	];
}

/** A run before its first step has not got its time yet. */
function isBeginning(screen: ProgressScreen, before?: ProgressScreen): boolean {
	return before === undefined || (before.runSince !== screen.runSince && before.step !== '');
}

/** Milestones that have not been told. */
export function newMilestones(
	{ milestones }: ProgressScreen,
	before?: ProgressScreen,
): readonly Milestone[] {
	const name = ({ at, text }: Milestone) => `${at} ${text}`;
	const said = new Set(before?.milestones.map(name));
	return milestones.filter((milestone) => !said.has(name(milestone)));
}

/** A plan with changes comes up by itself and is read then. */
const isShownAsPlan = (text: string) =>
	text.startsWith('plan of ') && !text.endsWith('nothing to change');

function milestoneLine({ level, step, text }: Milestone): string {
	const words = madeWords(text).replace(/; log \S+$/, '');
	const word = level === 'warning' ? 'warning, ' : '';
	return spoken(`${word}${step === undefined ? words : stepWords(step, words)}`);
}

/** The words of a step behind its name. */
function stepWords(step: string, words: string): string {
	return words.startsWith('done in ') ? `${step} ${words}` : behind(step, words);
}

/** What says by itself what was done needs no further word. */
function madeWords(text: string): string {
	const made = /^made: (.*)$/s.exec(text)?.[1];
	if (made === undefined) return text;
	return /: | (moved|removed|written) /.test(made) ? made : `made ${made}`;
}

const commands: Readonly<Record<string, (stack: string) => string>> = {
	init: (stack) => `Terraform prepares ${stack}.`,
	plan: (stack) => `Terraform plans ${stack}.`,
	apply: (stack) => `Terraform applies the plan for ${stack}.`,
};

/**
 * What is done right now. Commands of terraform that are over in a moment are passed over, and
 * steps, of which their milestones tell.
 */
function doingWords({ doing, title }: ProgressScreen): string | undefined {
	const [, command = '', stack = ''] = /^terraform (\S+)\b.* of (\S+)$/.exec(doing) ?? [];
	if (command !== '') return commands[command]?.(stack);
	return doing === '' || doing === title ? undefined : spoken(doing);
}
