import type { WizardError } from '../engine/errors.ts';
import type { Diagnostic } from '../engine/events.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import type { Choice, FailureScreen } from './wizard-model.ts';

/** Shorter values occur in messages by chance. */
const SHORTEST_TELLING = 5;

/** Creates the screen of a failed run, with the choices to proceed. */
export function createFailureScreen(options: {
	error: WizardError;
	step?: { id: string; title: string };
	diagnostics: readonly Diagnostic[];
	done: readonly string[];
	notDone: readonly string[];
	answers: Answers;
	catalogue: QuestionCatalogue;
}): FailureScreen {
	const { error, step, diagnostics, done, notDone } = options;
	const { message, expected, details, log, next } = createRunFailedEvent(error);
	const errors = diagnostics.filter(({ severity }) => severity === 'error');
	return {
		kind: 'failure',
		...(step === undefined ? {} : { step: step.id, stepTitle: step.title }),
		errorKind: error.kind,
		message,
		...(expected === undefined ? {} : { expected }),
		details: details.filter((line) => !errors.some(({ summary }) => line.includes(summary))),
		diagnostics: errors,
		done,
		notDone,
		...(log === undefined ? {} : { log }),
		next,
		choices: choicesOf(options),
	};
}

function choicesOf(facts: Parameters<typeof createFailureScreen>[0]): Choice[] {
	const { error } = facts;
	const words = [
		error.message,
		...(error.facts.details ?? []),
		...facts.diagnostics.flatMap(({ summary, detail, snippet = '' }) => [summary, detail, snippet]),
	].join('\n');
	const named = error.kind === 'cancelled' ? [] : suspects(words, facts.answers, facts.catalogue);
	const fixes = named.map(
		({ key, label, value }): Choice => ({
			value: `fix:${key}`,
			label: `Change ${key}`,
			hint: `${label}: ${value}`,
		}),
	);
	const retry: Choice =
		error.kind === 'cancelled'
			? { value: 'retry', label: 'Resume', hint: 'continue where the run stopped' }
			: { value: 'retry', label: 'Retry', hint: 'run the remaining steps' };
	const checks: Choice[] =
		error.fault === 'preflight'
			? [{ value: 'checks', label: 'Show the checks', hint: 'with the fix for each' }]
			: [];
	return [
		...checks,
		...fixes,
		retry,
		{ value: 'answers', label: 'Review all answers', hint: 'change any, then start again' },
		{ value: 'leave', label: 'Quit', hint: 'progress is saved; resume at any time' },
	];
}

/**
 * Finds the questions whose answers the failure mentions. A value that is part of another suspect's
 * value (a region in an ARN) is omitted.
 */
function suspects(words: string, answers: Answers, catalogue: QuestionCatalogue) {
	const named = catalogue.questions.flatMap(({ key, label, kind, default: usual }) => {
		const value = answers[key];
		const telling = typeof value === 'string' && value.length >= SHORTEST_TELLING;
		if (
			!telling ||
			value === usual ||
			kind === 'choice' ||
			kind === 'variant' ||
			!words.includes(value)
		)
			return [];
		return [{ key, label, value }];
	});
	return named
		.filter(
			({ value }) => !named.some((other) => other.value !== value && other.value.includes(value)),
		)
		.slice(0, 2);
}
