import type { ErrorKind, Fault, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { labelledSteps, nextSteps } from '../engine/next-steps.ts';
import { detailLines } from '../engine/terminal-text.ts';

const tone: Record<ErrorKind, string> = {
	yours: 'Error',
	ours: 'Internal error',
	outside: 'Failed',
	cancelled: 'Interrupted',
};

export type RunFailed = Extract<EngineEvent, { type: 'run.failed' }>;

/** What leads on where whoever found the fault knew nothing better. */
const otherwiseNext: Partial<Record<Fault, string>> = {
	usage: 'tfe-wizard --help',
	answers: 'Correct the answers, then run the same command again.',
	preflight: 'Fix the blocker, then run the same command again.',
	refused: 'tfe-wizard sessions list',
	locked: 'Wait for the other run to finish, then run the same command again.',
	internal: 'Run the same command again; if the error persists, report it with the output above.',
};

/** The event that ends a failed run. */
export function failedEvent(error: WizardError, missing?: RunFailed['missing']): RunFailed {
	const { message, expected, details = [], place, log } = error.facts;
	const otherwise = otherwiseNext[error.fault] ?? 'Run the same command again: it resumes.';
	const next = nextSteps(error.facts.next?.length ? error.facts.next : [otherwise]);
	return {
		type: 'run.failed',
		fault: error.fault,
		kind: error.kind,
		exitCode: error.exitCode,
		message,
		expected,
		details,
		place,
		log,
		next,
		...(missing === undefined ? {} : { missing }),
	};
}

/** A failure as lines for people: cause, place, facts, log, and the exact next command. */
export function failureText(failure: WizardError | RunFailed): string[] {
	const { kind, message, expected, details, place, log, next, exitCode } =
		'facts' in failure ? failedEvent(failure) : failure;
	const lines = [`${tone[kind]}: ${message}`];
	if (place !== undefined) lines.push(`  where     ${place.file}:${place.line}:${place.column}`);
	if (expected !== undefined) lines.push(`  expected  ${expected}`);
	// Deeper than our own lines: no text from outside can pass for one of them.
	for (const text of details.flatMap(detailLines)) lines.push(text === '' ? '' : `    ${text}`);
	if (log !== undefined) lines.push(`  log       ${log}`);
	for (const { label, text } of labelledSteps(next)) lines.push(`  ${label.padEnd(10)}${text}`);
	lines.push(`  exit code ${exitCode}`);
	return lines;
}
