import type { Choice, QuestionScreen, Screen, WelcomeScreen } from '../../engine/guide/model.ts';
import type { Moment } from '../../engine/moment.ts';
import { exampleWords } from './example-words.ts';
import { choicesOf, isClosed, standingWords } from './value-words.ts';

/** Something one can type where one is, what it does, and how that looks. */
export interface Way {
	say: string;
	does: string;
	example?: string | undefined;
}

/** What answers on a screen: Enter, and whatever may be typed there instead. */
export function waysToAnswer(screen: Screen): Way[] {
	switch (screen.kind) {
		case 'welcome':
			return screen.naming === undefined ? toChoose(screen.choices) : toName(screen.naming);
		case 'failure':
			return toChoose(screen.choices);
		case 'question':
			return [...enter(screen), ...values(screen), ...blank(screen)];
		case 'details':
			return [{ say: 'Enter', does: 'goes on with these settings' }];
		case 'checks':
			return screen.canGoOn ? [{ say: 'Enter', does: 'goes on' }] : [];
		case 'ceremony':
			return atMoment(screen.moment);
		case 'progress':
			return [{ say: 'Enter', does: 'tells how far it is' }];
		case 'done':
			return [{ say: 'Enter', does: 'leaves' }];
		default:
			return [];
	}
}

function atMoment(moment: Moment): Way[] {
	switch (moment.kind) {
		case 'agree':
			return [{ say: moment.type, does: `is the word to ${moment.yes}` }];
		case 'next-person':
			return [{ say: 'Enter', does: `goes on when ${moment.custodian} is alone` }];
		case 'reveal':
			return [{ say: 'show', does: 'shows the share once' }];
		case 'passphrase':
			return [{ say: 'the passphrase', does: 'gives it; it is not shown' }];
		case 'give-share':
			return [{ say: 'the share', does: 'gives it; it is not shown' }];
		case 'decide':
			return toChoose(moment.choices);
	}
}

function toChoose(choices: readonly Choice[]): Way[] {
	const free = choices.findIndex(({ refusal }) => refusal === undefined);
	const label = choices[free]?.label ?? '';
	return [
		{ say: 'Enter', does: `takes: ${label}` },
		{ say: 'a number, or the words of a choice', does: 'takes it', example: String(free + 1) },
	];
}

function toName({ suggestion }: NonNullable<WelcomeScreen['naming']>): Way[] {
	return [
		{ say: 'Enter', does: `takes: ${suggestion}` },
		{ say: 'a name', does: 'gives it to the new session', example: suggestion },
	];
}

function enter(screen: QuestionScreen): Way[] {
	const standing = standingWords(screen);
	if (standing !== undefined) return [{ say: 'Enter', does: `takes: ${standing}` }];
	return screen.optional ? [{ say: 'Enter', does: 'leaves it blank' }] : [];
}

function values(screen: QuestionScreen): Way[] {
	const example = exampleWords(screen);
	const numbered = choicesOf(screen).length > 0;
	if (isClosed(screen))
		return [{ say: 'a number, or the words of a choice', does: 'answers', example: '1' }];
	switch (screen.valueKind) {
		case 'secret':
			return [{ say: 'where the secret is', does: 'answers', example: example ?? 'generate' }];
		case 'list': {
			const say = numbered
				? 'numbers or values, with commas between'
				: 'values, with commas between';
			return [{ say, does: 'answers', example: numbered ? '1' : example }];
		}
		case 'map':
			return [{ say: 'name = value, one to a line, then a dot', does: 'answers' }];
		case 'multiline':
			return [{ say: 'lines, then a line with a single dot', does: 'answers' }];
		case 'number':
			return [{ say: 'a number', does: 'answers', example: example ?? standingWords(screen) }];
		default: {
			const one = { say: 'a value', does: 'answers', example: example ?? standingWords(screen) };
			const kept = 'answers with exactly that, even if it is one of these words';
			return [
				numbered ? { say: 'a number, or a value', does: 'answers', example: '1' } : one,
				{ say: '"a value"', does: kept, example: '"help"' },
			];
		}
	}
}

/** Where nothing is an answer, too. */
function blank({ optional, rule = '', valueKind }: QuestionScreen): Way[] {
	const may = optional || / empty$/.test(rule) || valueKind === 'list' || valueKind === 'map';
	return may ? [{ say: 'none', does: 'leaves it empty' }] : [];
}
