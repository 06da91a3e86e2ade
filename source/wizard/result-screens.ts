import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WizardError } from '../engine/errors.ts';
import type { Diagnostic, EngineEvent } from '../engine/events.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import { exportSessionAnswers } from '../runs/export-answers.ts';
import type { Target } from '../targets/target.ts';
import type { Choice, DoneScreen, FailureScreen } from './wizard-model.ts';

type RunDone = Extract<EngineEvent, { type: 'run.done' }>;

/** Creates the screen of a finished run, and writes the answers file that repeats it. */
export function createDoneScreen(options: {
	session: Session;
	event: RunDone;
	target: Target;
	summaries: DoneScreen['summaries'];
	home: string | undefined;
	/** Steps of a run that is limited to some steps. */
	only?: readonly string[] | undefined;
}): DoneScreen {
	const { session, target, event, summaries, home, only } = options;
	const { catalogue } = target;
	const { answers } = session.record;
	const attended = target.attended?.(answers);
	const answersFile = writeAnswers(session, catalogue);
	const { name, practice } = session.record;
	const verb = practice ? 'practice' : 'install';
	const where = home === undefined ? '' : ` --home ${quoteShellWord(resolve(home))}`;
	return {
		kind: 'done',
		seconds: event.seconds,
		summaries,
		outputs: Object.entries(event.outputs)
			.filter(([, value]) => value !== '' && value !== null)
			.map(([output, value]) => ({
				name: output,
				value: typeof value === 'string' ? value : JSON.stringify(value),
			})),
		next: event.next,
		command: `tfe-wizard ${verb}${where} --answers ${quoteShellWord(answersFile)} --session ${name} --approve ${target.approval(answers)}`,
		...(attended === undefined ? {} : { stillAsks: attended }),
		...(only === undefined ? {} : { part: `${titlesOf(only, catalogue)} done` }),
		answersFile,
		workspace: session.folders.workspace,
	};
}

const titlesOf = (ids: readonly string[], { steps }: QuestionCatalogue): string =>
	steps
		.filter(({ id }) => ids.includes(id))
		.map(({ title }) => title)
		.join(', ');

function writeAnswers(session: Session, catalogue: QuestionCatalogue): string {
	const { record, folders } = session;
	const path = join(folders.root, 'answers-given.yaml');
	writeFileSync(path, exportSessionAnswers(record, catalogue), { mode: 0o600 });
	return path;
}

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
