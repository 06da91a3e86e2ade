import type { Prompt } from '../../engine/prompt.ts';
import type {
	Choice,
	QuestionScreen,
	WelcomeScreen,
	WizardScreen,
} from '../../wizard/wizard-model.ts';
import { formatExample } from './format-example.ts';
import { acceptsOnlyChoices, formatCurrentValue, getChoices } from './question-values.ts';

/** A possible input, its effect, and an example. */
export interface InputHint {
	say: string;
	does: string;
	example?: string | undefined;
}

/** Lists the inputs that answer a screen: Enter, and alternatives. */
export function getInputHints(screen: WizardScreen): InputHint[] {
	switch (screen.kind) {
		case 'welcome':
			return screen.naming === undefined ? toChoose(screen.choices) : toName(screen.naming);
		case 'failure':
			return toChoose(screen.choices);
		case 'question':
			return [...enter(screen), ...values(screen), ...blank(screen)];
		case 'details':
			return [{ say: 'Enter', does: 'continues with these settings' }];
		case 'checks':
			return screen.canGoOn ? [{ say: 'Enter', does: 'continues' }] : [];
		case 'ceremony':
			return atMoment(screen.moment);
		case 'progress':
			return [{ say: 'Enter', does: 'shows progress' }];
		case 'done':
			return [{ say: 'Enter', does: 'quits' }];
		default:
			return [];
	}
}

function atMoment(moment: Prompt): InputHint[] {
	switch (moment.kind) {
		case 'agree':
			return [{ say: moment.type, does: `confirms: ${moment.yes}` }];
		case 'next-person':
			return [{ say: 'Enter', does: `continues once ${moment.custodian} is alone` }];
		case 'reveal':
			return [{ say: 'show', does: 'displays the key share once' }];
		case 'passphrase':
			return [{ say: 'the passphrase', does: 'submits it; input is hidden' }];
		case 'give-share':
			return [{ say: 'the key share', does: 'submits it; input is hidden' }];
		case 'decide':
			return toChoose(moment.choices);
	}
}

function toChoose(choices: readonly Choice[]): InputHint[] {
	const free = choices.findIndex(({ refusal }) => refusal === undefined);
	const label = choices[free]?.label ?? '';
	return [
		{ say: 'Enter', does: `selects: ${label}` },
		{ say: 'a number, or the name of a choice', does: 'selects it', example: String(free + 1) },
	];
}

function toName({ suggestion }: NonNullable<WelcomeScreen['naming']>): InputHint[] {
	return [
		{ say: 'Enter', does: `uses: ${suggestion}` },
		{ say: 'a name', does: 'names the new session', example: suggestion },
	];
}

function enter(screen: QuestionScreen): InputHint[] {
	const standing = formatCurrentValue(screen);
	if (standing !== undefined) return [{ say: 'Enter', does: `uses: ${standing}` }];
	return screen.optional ? [{ say: 'Enter', does: 'leaves it empty' }] : [];
}

function values(screen: QuestionScreen): InputHint[] {
	const example = formatExample(screen);
	const numbered = getChoices(screen).length > 0;
	if (acceptsOnlyChoices(screen))
		return [{ say: 'a number, or the name of a choice', does: 'answers', example: '1' }];
	switch (screen.valueKind) {
		case 'secret':
			return [
				{ say: 'a reference to the secret', does: 'answers', example: example ?? 'generate' },
			];
		case 'list': {
			const say = numbered
				? 'numbers or values, separated by commas'
				: 'values, separated by commas';
			return [{ say, does: 'answers', example: numbered ? '1' : example }];
		}
		case 'map':
			return [{ say: 'name = value, one per line, then a dot', does: 'answers' }];
		case 'multiline':
			return [{ say: 'lines, then a line with a single dot', does: 'answers' }];
		case 'number':
			return [{ say: 'a number', does: 'answers', example: example ?? formatCurrentValue(screen) }];
		default: {
			const one = {
				say: 'a value',
				does: 'answers',
				example: example ?? formatCurrentValue(screen),
			};
			const kept = 'answers with exactly that text, even if it is one of these commands';
			return [
				numbered ? { say: 'a number, or a value', does: 'answers', example: '1' } : one,
				{ say: '"a value"', does: kept, example: '"help"' },
			];
		}
	}
}

/** The input for an empty value, if it is allowed. */
function blank({ optional, rule = '', valueKind }: QuestionScreen): InputHint[] {
	const may = optional || / empty$/.test(rule) || valueKind === 'list' || valueKind === 'map';
	return may ? [{ say: 'none', does: 'leaves it empty' }] : [];
}
