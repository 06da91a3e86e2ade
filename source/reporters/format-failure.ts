import type { ErrorCode, ErrorResponsibility, WizardError } from '../engine/errors.ts';
import { quoteLinesAfterFirst } from '../engine/escape-for-terminal.ts';
import type { EngineEvent } from '../engine/events.ts';
import { deduplicateNextSteps, labelNextSteps } from '../engine/format-next-steps.ts';

const tone: Record<ErrorResponsibility, string> = {
	yours: 'Error',
	ours: 'Internal error',
	outside: 'Failed',
	cancelled: 'Interrupted',
};

type RunFailedEvent = Extract<EngineEvent, { type: 'run.failed' }>;

/** Default next steps for errors without their own. */
const otherwiseNext: Partial<Record<ErrorCode, string>> = {
	usage: 'tfe-wizard --help',
	answers: 'Correct the answers, then run the same command again.',
	preflight: 'Fix the blocker, then run the same command again.',
	refused: 'tfe-wizard sessions list',
	locked: 'Wait for the other run to finish, then run the same command again.',
	internal: 'Run the same command again; if the error persists, report it with the output above.',
};

/** The event that ends a failed run. */
export function createRunFailedEvent(error: WizardError): RunFailedEvent {
	const { message, expected, details = [], place, log, missing } = error.facts;
	const defaultStep = otherwiseNext[error.fault] ?? 'Run the same command again: it resumes.';
	const next = deduplicateNextSteps(error.facts.next?.length ? error.facts.next : [defaultStep]);
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

/** Formats a failure as text: cause, location, details, log and the next command. */
export function formatFailure(event: RunFailedEvent): string[] {
	const { kind, message, expected, details, place, log, next, exitCode } = event;
	const lines = [`${tone[kind]}: ${message}`];
	if (place !== undefined) lines.push(`  where     ${place.file}:${place.line}:${place.column}`);
	if (expected !== undefined) lines.push(`  expected  ${expected}`);
	// Indented further than our own lines, so that external text cannot imitate them.
	for (const text of details.flatMap(quoteLinesAfterFirst))
		lines.push(text === '' ? '' : `    ${text}`);
	if (log !== undefined) lines.push(`  log       ${log}`);
	for (const { label, text } of labelNextSteps(next)) lines.push(`  ${label.padEnd(10)}${text}`);
	lines.push(`  exit code ${exitCode}`);
	return lines;
}
