import type { GuideModel, QuestionScreen } from '../../engine/guide/model.ts';
import { exampleWords } from './example-words.ts';
import { itemsOf } from './say-begin.ts';
import { choicesOf, isClosed, standingWords } from './value-words.ts';

interface Examples {
	has: readonly string[];
	/** By the word, what one could type right here. */
	examples: Readonly<Record<string, string | undefined>>;
}

/** What the words could be typed with where one is. */
export function examplesOn({ screen, ticket }: GuideModel): Examples {
	const [answer] = ticket.flatMap(({ lines }) => lines);
	const going = answer === undefined ? undefined : `go ${answer.key}`;
	const common = { 'go NAME': going };
	switch (screen.kind) {
		case 'welcome':
		case 'failure':
			return { has: [], examples: { 'a number, or the words of a choice': '1' } };
		case 'question':
			return { has: kindsOf(screen), examples: { ...common, ...ofQuestion(screen) } };
		case 'details': {
			const items = itemsOf(screen);
			const own = items.find(({ isDefault }) => !isDefault) ?? items[0];
			const examples = { 'show NAME': 'show 1', 'reset NAME': after('reset', own?.key) };
			return { has: [], examples: { ...common, 'find TEXT': finding(own?.label), ...examples } };
		}
		case 'checks': {
			const id = screen.checks[0]?.id;
			const examples = { 'again NAME': after('again', id), 'show NAME': after('show', id) };
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
		...(isClosed(screen) ? [] : ['open']),
		...(choicesOf(screen).length > 0 ? ['choices'] : []),
		...(screen.lookup === undefined ? [] : ['lookup']),
	];
}

function ofQuestion(screen: QuestionScreen): Examples['examples'] {
	const choices = choicesOf(screen);
	const several = ['list', 'map', 'multiline', 'secret'].includes(screen.valueKind);
	const standing = several ? undefined : standingWords(screen);
	return {
		'a number, or a value': choices.length > 0 ? '1' : (exampleWords(screen) ?? standing),
		'find TEXT': finding(choices[0]?.label),
		'"a value"': '"help"',
	};
}

const after = (word: string, rest: string | undefined) =>
	rest === undefined ? undefined : `${word} ${rest}`;

/** To find something by the last word of its name. */
const finding = (label: string | undefined) =>
	after(
		'find',
		label
			?.toLowerCase()
			.match(/[a-z0-9-]{3,}/g)
			?.at(-1),
	);
