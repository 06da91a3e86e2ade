import type { GuideModel } from '../../engine/guide/model.ts';
import {
	hearCeremony,
	hearSecret,
	hearShown,
	secretOfLine,
	typesSecret,
	wordOf,
} from './hear-ceremony.ts';
import {
	hearChecks,
	hearChoices,
	hearDetails,
	hearReview,
	hearStop,
	hearWelcome,
} from './hear-others.ts';
import { hearConfirm, hearPlan } from './hear-plan.ts';
import { hearLines, hearQuestion } from './hear-question.ts';
import { act, type Heard, say, type Talk } from './heard.ts';
import { detailLines, findLines, showLines } from './more.ts';
import { narrate } from './narrate.ts';
import { goTo } from './places.ts';
import type { ProblemOf } from './read-value.ts';
import { commonWord, type Spoken, wordLines } from './vocabulary.ts';

/** Interprets a typed line for the current screen. Has no side effects. */
export function hear(
	model: GuideModel,
	line: string,
	{ talk, problemOf, now }: { talk?: Talk; problemOf: ProblemOf; now: number },
): Heard {
	const { stop, screen } = model;
	if (stop !== undefined) return hearStop(stop, line);
	if (talk?.kind === 'warned')
		return line.trim().toLowerCase() === 'yes' ? act(talk.act) : say('Cancelled.');
	if (talk?.kind === 'confirm') return hearConfirm(talk.name, line);
	if (talk?.kind === 'lines' && screen.kind === 'question')
		return hearLines(screen, talk.lines, line, problemOf);
	if (talk?.kind === 'shown' && screen.kind === 'ceremony' && screen.moment.kind === 'reveal')
		return hearShown(screen.moment, line);
	if (typesSecret(screen)) {
		const secret = secretOfLine(line);
		if (wordOf(secret) === undefined) return hearSecret(screen, secret, talk);
	}
	const spoken = commonWord(line);
	return spoken === undefined
		? hearAnswer(model, line, problemOf, now)
		: hearWord(model, spoken, now);
}

function hearWord(model: GuideModel, { word, rest }: Spoken, now: number): Heard {
	const { screen } = model;
	switch (word) {
		case 'help':
			return say(
				...(screen.kind === 'question' ? [screen.help] : []),
				'You can type:',
				...wordLines(model),
			);
		case 'repeat':
			return { say: narrate(model, undefined, { now, last: now }) };
		case 'details':
			return { say: detailLines(model, now) };
		case 'find':
			return { say: findLines(model, rest) };
		case 'show':
			return { say: showLines(screen, rest) };
		case 'go':
			return canGo(model) ? goTo(model, rest) : say('Answers cannot be changed from here.');
		case 'back':
			return act({ type: 'back' });
		default:
			// During a run, quit asks whether to stop it.
			return act({ type: isRunning(model) ? 'interrupt' : 'leave' });
	}
}

function hearAnswer(model: GuideModel, line: string, problemOf: ProblemOf, now: number): Heard {
	const { screen } = model;
	switch (screen.kind) {
		case 'welcome':
			return hearWelcome(screen, line);
		case 'question':
			return hearQuestion(screen, line, problemOf);
		case 'details':
			return hearDetails(screen, line);
		case 'checks':
			return hearChecks(screen, line);
		case 'review':
			return hearReview(screen, line);
		case 'plan':
			return hearPlan(screen, line);
		case 'failure':
			return hearChoices(screen, line);
		case 'done':
			return line.trim() === '' ? act({ type: 'leave' }) : say('Press Enter to quit.');
		case 'ceremony':
			return hearCeremony(screen, line);
		case 'progress':
			if (line.trim().toLowerCase() === 'stop') return act({ type: 'interrupt' });
			return line.trim() === ''
				? { say: detailLines(model, now) }
				: say('The run is in progress. Type details for progress, stop to stop the run, or help.');
		case 'busy':
			return say('Please wait.');
	}
}

const isRunning = ({ screen: { kind } }: GuideModel) =>
	['progress', 'plan', 'ceremony'].includes(kind);
const canGo = ({ screen: { kind } }: GuideModel) =>
	['question', 'details', 'checks', 'review'].includes(kind);
