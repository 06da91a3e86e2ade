import type { QuestionScreen, WizardModel } from '../../wizard/wizard-model.ts';
import { getChoices } from './question-values.ts';
import { getSettings } from './render-setup-screens.ts';

interface Examples {
	has: readonly string[];
	/** Example of each command for the current screen. */
	examples: Readonly<Record<string, string | undefined>>;
}

/** Finds examples of commands for the current screen. */
export function getCommandExamples({ screen, ticket }: WizardModel): Examples {
	const answers = ticket.flatMap(({ lines }) => lines);
	const answer = answers.findLast(({ confirmed }) => confirmed) ?? answers[0];
	const going = answer === undefined ? undefined : `go ${answer.key}`;
	const common = { 'go NAME': going };
	switch (screen.kind) {
		case 'question':
			return { has: kindsOf(screen), examples: { ...common, ...ofQuestion(screen) } };
		case 'details': {
			const items = getSettings(screen);
			const own = items.find(({ isDefault }) => !isDefault) ?? items[0];
			const examples = { 'show NAME': 'show 1', 'reset NAME': after('reset', own?.key) };
			return { has: [], examples: { ...common, 'find TEXT': finding(own?.label), ...examples } };
		}
		case 'checks': {
			const id = screen.checks[0]?.id;
			const examples = { 'retry NAME': after('retry', id), 'show NAME': after('show', id) };
			return { has: [], examples: { ...common, 'find TEXT': finding(id), ...examples } };
		}
		case 'review':
			return { has: [], examples: { ...common, 'find TEXT': finding(answer?.label) } };
		case 'plan': {
			const type = screen.plan.resources[0]?.address.split('.')[0];
			return { has: [], examples: { 'find TEXT': after('find', type), 'show NAME': 'show 1' } };
		}
		default:
			return { has: [], examples: {} };
	}
}

function kindsOf(screen: QuestionScreen): string[] {
	return [
		...(getChoices(screen).length > 0 ? ['choices'] : []),
		...(screen.lookup === undefined ? [] : ['lookup']),
	];
}

function ofQuestion(screen: QuestionScreen): Examples['examples'] {
	return { 'find TEXT': finding(getChoices(screen)[0]?.label) };
}

const after = (word: string, rest: string | undefined) =>
	rest === undefined ? undefined : `${word} ${rest}`;

/** Searches for the last word of a name. */
const finding = (label: string | undefined) =>
	after(
		'find',
		label
			?.toLowerCase()
			.match(/[a-z0-9-]{3,}/g)
			?.at(-1),
	);
