import type {
	ChecksScreen,
	DetailsScreen,
	FailureScreen,
	ReviewScreen,
	StopQuestion,
	WelcomeScreen,
} from '../../engine/guide/model.ts';
import { chosen } from './choices.ts';
import { act, type Heard, say } from './heard.ts';
import { placesNamed } from './places.ts';
import { itemsOf } from './say-begin.ts';
import { sentence } from './sentences.ts';

/** Handles a line at a screen of choices; the first available one is the default. */
export function hearChoices({ choices }: WelcomeScreen | FailureScreen, line: string): Heard {
	const free = choices.find(({ refusal }) => refusal === undefined);
	const choice = line.trim() === '' ? free : chosen(line, choices);
	if (choice === undefined) return say(`Type a number from 1 to ${choices.length}.`);
	if (choice.refusal !== undefined)
		return say(`${choice.label} is unavailable: ${sentence(choice.refusal)}`);
	const action = { type: 'choose', value: choice.value } as const;
	if (choice.warning === undefined) return act(action);
	return {
		say: [sentence(choice.warning), 'Type yes to continue; anything else cancels.'],
		talk: { kind: 'warned', act: action },
	};
}

/** Handles a line at the welcome screen: a session name or a choice. */
export function hearWelcome(screen: WelcomeScreen, line: string): Heard {
	if (screen.naming === undefined) return hearChoices(screen, line);
	const name = line.trim().replace(/^"(.*)"$/, '$1');
	return act({ type: 'name', name: name === '' ? screen.naming.suggestion : name });
}

/** Handles a line at the optional settings. */
export function hearDetails(screen: DetailsScreen, line: string): Heard {
	const said = line.trim();
	if (said === '' || said.toLowerCase() === 'on') return act({ type: 'on' });
	const name = /^reset\s+(.+)$/i.exec(said)?.[1];
	if (name === undefined)
		return say('Press Enter to continue, or type show NAME, go NAME, reset NAME or help.');
	const found = placesNamed(itemsOf(screen), name);
	const [only] = found;
	if (only === undefined || found.length > 1)
		return say(`${found.length} settings match ${name}; type the full name.`);
	return act({ type: 'reset', key: only.key });
}

/** Handles a line at the checks. */
export function hearChecks(screen: ChecksScreen, line: string): Heard {
	const said = line.trim();
	const [, name] = /^(?:retry|again)(?:\s+(.+))?$/i.exec(said) ?? [undefined, undefined];
	if (/^(?:retry|again)\b/i.test(said)) {
		if (name === undefined) return act({ type: 'recheck' });
		const check = screen.checks.find(({ id }) => id === name);
		return check === undefined
			? say(`There is no check ${name}.`)
			: act({ type: 'recheck', id: check.id });
	}
	if (said !== '' && said.toLowerCase() !== 'on')
		return say('Press Enter to continue, type retry to run the checks again, or help.');
	if (screen.canGoOn) return act({ type: 'on' });
	return say(
		screen.running > 0
			? 'Checks are still running. Please wait.'
			: 'There is a blocker. Fix it and type retry, or type go NAME to change an answer.',
	);
}

/** Handles a line at the review, which only `start` confirms (`begin` is the former word). */
export function hearReview(screen: ReviewScreen, line: string): Heard {
	if (!['start', 'begin'].includes(line.trim().toLowerCase()))
		return say(
			'Nothing has started. Type start to start the run, go NAME to change an answer, or help.',
		);
	if (screen.problems.length === 0) return act({ type: 'on' });
	return say(...screen.problems.map(({ key, text }) => `Problem with ${key}: ${sentence(text)}`));
}

/** Handles a line at the stop confirmation, which only the exact word confirms. */
export function hearStop(stop: StopQuestion, line: string): Heard {
	const word = stop.type ?? 'stop';
	const said = stop.type === undefined ? line.trim().toLowerCase() : line.trim();
	if (said === word) return act({ type: 'stop-answer', stop: true });
	if (said === '') return act({ type: 'stop-answer', stop: false });
	return say(`The text does not match. Type ${word} to stop, or press Enter to continue.`);
}
