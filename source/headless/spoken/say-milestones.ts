import type { Milestone, ProgressScreen } from '../../engine/guide/model.ts';
import { spoken } from './moment.ts';

/** What a run has come to since, in the order it came to pass: milestones, and what it does now. */
export function happeningLines(screen: ProgressScreen, before?: ProgressScreen): string[] {
	const fresh = newMilestones(screen, before).filter(({ text }) => !isShownAsPlan(text));
	const doing = screen.doing === before?.doing ? undefined : doingWords(screen.doing);
	const earlier = fresh.filter(({ at }) => at <= screen.since);
	return [
		...earlier.map(milestoneLine),
		...(doing === undefined ? [] : [doing]),
		...fresh.slice(earlier.length).map(milestoneLine),
	];
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

/** The words of a step behind its name, which is not said twice. */
function stepWords(step: string, words: string): string {
	if (words.startsWith(`${step} `)) return words;
	return words.startsWith('done in ') ? `${step} ${words}` : `${step}: ${words}`;
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

/** What is done right now. Commands of terraform that are over in a moment are passed over. */
function doingWords(doing: string): string | undefined {
	const [, command = '', stack = ''] = /^terraform (\S+)\b.* of (\S+)$/.exec(doing) ?? [];
	if (command !== '') return commands[command]?.(stack);
	return doing === '' ? undefined : spoken(doing);
}
