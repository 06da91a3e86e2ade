import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WizardError } from '../engine/errors.ts';
import type { Diagnostic } from '../engine/events.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { Session } from '../engine/session/session.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import { formatSessionAnswersFile } from '../runs/export-answers.ts';
import type { Target } from '../targets/target.ts';
import type { RunController, RunDoneEvent } from './run-controller.ts';
import type { Choice, DoneScreen, FailureScreen } from './wizard-view-model.ts';

/** What the screens after a run depend on. */
export interface ResultScreenContext {
	target: Target;
	session: Session;
	answers: Answers;
	secrets: SecretRegistry;
	/** Value of --home. */
	home: string | undefined;
	/** Steps of a run that is limited to some steps. */
	only: readonly string[] | undefined;
}

/** Creates the screen of a finished run, and writes the answers file that repeats it. */
export function createDoneScreenAndWriteAnswers(
	{ done: summaries }: RunController,
	event: RunDoneEvent,
	{ session, target, secrets, home, only }: ResultScreenContext,
): DoneScreen {
	const { catalogue } = target;
	const { answers } = session.record;
	const answersFile = writeAnswers(session, catalogue);
	const { name, practice } = session.record;
	const verb = practice ? 'practice' : 'install';
	const where = home === undefined ? '' : ` --home ${quoteShellWord(resolve(home))}`;
	return secrets.maskShown({
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
		stillAsks: target.attended?.(answers),
		part: only && `${titlesOf(only, catalogue)} done`,
		answersFile,
		workspace: session.folders.workspace,
	});
}

const titlesOf = (ids: readonly string[], { steps }: QuestionCatalogue): string =>
	steps
		.filter(({ id }) => ids.includes(id))
		.map(({ title }) => title)
		.join(', ');

function writeAnswers(session: Session, catalogue: QuestionCatalogue): string {
	const { record, folders } = session;
	const path = join(folders.root, 'answers-given.yaml');
	writeFileSync(path, formatSessionAnswersFile(record, catalogue), { mode: 0o600 });
	return path;
}

/** Shorter values occur in messages by chance. */
const SHORTEST_TELLING = 5;

/**
 * Creates the screen of a failed run, with the choices to proceed.
 *
 * @param run The failed run; undefined if the error occurred between two runs.
 * @param before Succeeded steps that the run did not repeat.
 */
export function createFailureScreen(
	error: WizardError,
	{ target, answers, secrets }: ResultScreenContext,
	run: RunController | undefined,
	before: readonly string[],
): FailureScreen {
	const { message, expected, details, log, next } = createRunFailedEvent(error);
	const diagnostics = run?.progress.snapshot().diagnostics ?? [];
	const errors = diagnostics.filter(({ severity }) => severity === 'error');
	const ended = run?.done ?? [];
	const past = [...before, ...ended.map(({ step }) => step)];
	const choices = createFailureChoices(error, diagnostics, answers, target.catalogue);
	const screen: FailureScreen = {
		kind: 'failure',
		step: run?.step?.id,
		stepTitle: run?.step?.title,
		errorKind: error.kind,
		message,
		expected,
		details: details.filter((line) => !errors.some(({ summary }) => line.includes(summary))),
		diagnostics: errors,
		done: ended.map(({ title, text }) => `${title}: ${text}`),
		notDone: target.steps.filter(({ id }) => !past.includes(id)).map(({ title }) => title),
		log,
		next,
		choices,
	};
	const masked = secrets.maskShown(screen);
	// The values of choices are not shown, and must not be masked.
	const values = choices.map(({ value }) => value);
	return {
		...masked,
		choices: masked.choices.map((choice, nth) => ({
			...choice,
			value: values[nth] ?? choice.value,
		})),
	};
}

function createFailureChoices(
	error: WizardError,
	diagnostics: readonly Diagnostic[],
	answers: Answers,
	catalogue: QuestionCatalogue,
): Choice[] {
	const text = [
		error.message,
		...(error.facts.details ?? []),
		...diagnostics.flatMap(({ summary, detail, snippet = '' }) => [summary, detail, snippet]),
	].join('\n');
	const cancelled = error.kind === 'cancelled';
	const named = cancelled ? [] : findNamedAnswers(text, answers, catalogue);
	return [
		...(error.fault === 'preflight'
			? [{ value: 'checks', label: 'Show the checks', hint: 'with the fix for each' }]
			: []),
		...named.map(({ key, label, value }) => ({
			value: `fix:${key}`,
			label: `Change ${key}`,
			hint: `${label}: ${value}`,
		})),
		cancelled
			? { value: 'retry', label: 'Resume', hint: 'continue where the run stopped' }
			: { value: 'retry', label: 'Retry', hint: 'run the remaining steps' },
		{ value: 'answers', label: 'Review all answers', hint: 'change any, then start again' },
		{ value: 'leave', label: 'Quit', hint: 'progress is saved; resume at any time' },
	];
}

/**
 * Finds the questions whose answers the failure mentions. A value that is part of another suspect's
 * value (a region in an ARN) is omitted.
 */
function findNamedAnswers(text: string, answers: Answers, catalogue: QuestionCatalogue) {
	const named = catalogue.questions.flatMap(({ key, label, kind, default: usual }) => {
		const value = answers[key];
		const telling = typeof value === 'string' && value.length >= SHORTEST_TELLING;
		if (
			!telling ||
			value === usual ||
			kind === 'choice' ||
			kind === 'variant' ||
			!text.includes(value)
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
