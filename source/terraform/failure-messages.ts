import { existsSync } from 'node:fs';
import {
	type ErrorCode,
	type ErrorDescription,
	toWizardError,
	WizardError,
} from '../engine/errors.ts';
import { escapeLine, quoteExternalLines } from '../engine/escape-for-terminal.ts';
import type { Diagnostic } from '../engine/events.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { formatSpawnError } from '../engine/system-errors.ts';
import { parseTextDiagnostics, stripStderrFormatting } from './diagnostics.ts';

/** Everything known about a failed Terraform command. */
export interface CommandFailure {
	/** The subcommand: `init`, `plan`, `apply`. */
	label: string;
	folder: string;
	/** Errors in the order Terraform printed them. */
	diagnostics: readonly Diagnostic[];
	stderr: string;
	exitCode?: number;
	signal?: string;
	/** We sent SIGINT, or Terraform reported an interrupt. */
	interrupted: boolean;
	log?: string;
	/** Terraform printed its state, and whether that was saved as `errored.tfstate`. */
	stateDump?: 'saved' | 'unsaved';
	/** The disk of the log is full, so Terraform could not print the cause. */
	diskFull?: boolean;
	/** The mirror given to `init -plugin-dir`, if any. */
	pluginDir?: string;
}

interface Rule {
	matches: RegExp;
	fault: ErrorCode;
	/** Takes precedence over the interrupt. */
	outranksInterrupt?: true;
	facts(failure: CommandFailure): ErrorDescription;
}

/** Failures with a known fix, matched by Terraform's own text; the first match wins. */
const rules: readonly Rule[] = [
	{
		matches: /no space left on device|ENOSPC|disk quota exceeded/i,
		fault: 'command',
		outranksInterrupt: true,
		facts: ({ label, folder }) => ({
			message: `The disk became full during terraform ${label}.`,
			next: [
				`Free space on the disk that contains ${folder}, then run the same command again.`,
				'An unsaved state is then pushed to its backend first.',
			],
		}),
	},
	{
		matches:
			/state has been written to the file "errored\.tfstate"|Failed to persist state to backend/,
		fault: 'command',
		outranksInterrupt: true,
		facts: unsavedFacts,
	},
	{
		matches: /Saved plan is stale/,
		fault: 'refused',
		facts: () => ({
			message: 'The saved plan is stale: the state changed after the plan was created.',
			expected: 'a plan created from the current state',
			next: ['Plan again and review the new plan before you approve it.'],
		}),
	},
	{
		matches: /Backend configuration changed|Backend configuration block has changed/,
		fault: 'refused',
		facts: ({ folder }) => ({
			message: 'The state backend has changed since the last terraform init.',
			expected: 'the same backend, or a decision about the state in the previous one',
			next: [
				`To migrate the state: terraform -chdir=${quoteShellWord(folder)} init -migrate-state`,
				`To leave the old state and use the new backend as it is: terraform -chdir=${quoteShellWord(folder)} init -reconfigure`,
			],
		}),
	},
	{
		matches: /Unsupported Terraform Core version/,
		fault: 'preflight',
		facts: () => ({
			message: 'This Terraform version does not meet the requirements of the configuration.',
			expected: 'a Terraform version that satisfies required_version (1.11 or later)',
			next: [
				'Install a supported Terraform version: https://developer.hashicorp.com/terraform/install',
			],
		}),
	},
	{
		matches:
			/Failed to query available provider packages|Failed to install provider|provider .* was not found in any of the search locations/,
		fault: 'command',
		facts: providerFacts,
	},
];

/** The error for a failed command, with Terraform's complete messages as details. */
export function createFailureError(failure: CommandFailure): WizardError {
	const errors = explain(failure);
	const details = errors.flatMap(formatDiagnostic);
	const common = { details, log: failure.log };
	const messages = errors.map(({ summary, detail }) => `${summary}\n${detail}`).join('\n');
	const text = messages === '' && failure.diskFull === true ? 'ENOSPC' : messages;
	const rule = rules.find(({ matches }) => matches.test(text));
	if (failure.interrupted && rule?.outranksInterrupt === undefined) {
		return new WizardError('cancelled', {
			message: `terraform ${failure.label} was interrupted and has stopped.`,
			...common,
			details:
				failure.signal === 'SIGKILL'
					? [...details, 'It did not stop and was killed; a lock it held may remain.']
					: details,
			next: ['Run the same command again: it resumes from the state that Terraform saved.'],
		});
	}
	for (const { summary, detail } of errors) {
		if (!summary.includes('state lock')) continue;
		const locked = parseStateLockedError(detail, failure.folder);
		if (locked !== undefined) return locked.with({ log: failure.log });
	}
	if (rule !== undefined) return new WizardError(rule.fault, { ...rule.facts(failure), ...common });
	return new WizardError('command', { message: plainMessage(failure, errors), ...common });
}

/** Formats a diagnostic as lines: summary, location and the whole detail. */
export function formatDiagnostic(diagnostic: Diagnostic): string[] {
	const { severity, summary, detail, address, range, snippet } = diagnostic;
	const where = [address, range].filter((part) => part !== undefined).join(', ');
	const lines = [`${severity === 'error' ? 'Error' : 'Warning'}: ${escapeLine(summary)}`];
	if (where !== '') lines.push(`  at ${escapeLine(where)}`);
	if (snippet !== undefined) lines.push(...quoteExternalLines(snippet).map((line) => `  ${line}`));
	if (detail !== '') lines.push(...quoteExternalLines(detail).map((line) => `  ${line}`));
	return lines;
}

/** The command that pushes a leftover state to its backend. */
export function getStatePushCommand(folder: string): string {
	return `terraform -chdir=${quoteShellWord(folder)} state push errored.tfstate`;
}

/** The JSON errors if there are any; otherwise those parsed from standard error. */
function explain({ diagnostics, stderr }: CommandFailure): Diagnostic[] {
	const errors = diagnostics.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) return errors;
	// A crash dumps goroutines: the first lines contain the cause, and the log contains the rest.
	const head = stripStderrFormatting(stderr).split('\n').slice(0, 60).join('\n');
	return parseTextDiagnostics(head).filter(({ severity }) => severity === 'error');
}

function plainMessage(
	{ label, exitCode, signal }: CommandFailure,
	errors: readonly Diagnostic[],
): string {
	const first = errors[0];
	if (first !== undefined) {
		const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
		const at = first.address === undefined ? '' : ` at ${first.address}`;
		return `terraform ${label} failed${at}: ${first.summary.replace(/\.$/, '')}${more}.`;
	}
	if (signal !== undefined) return `terraform ${label} was terminated by ${signal}.`;
	if (exitCode !== undefined) return `terraform ${label} failed with exit code ${exitCode}.`;
	return `terraform ${label} ended, but its result is unknown.`;
}

function unsavedFacts({ label, folder, stateDump, log }: CommandFailure): ErrorDescription {
	if (stateDump !== 'unsaved') {
		return {
			message: `terraform ${label} failed to save its state; it was written to errored.tfstate.`,
			next: [getStatePushCommand(folder)],
		};
	}
	return {
		message: `terraform ${label} could save its state only in its log.`,
		next: [
			`Do not delete the log. Its "Emergency state dump" line contains the state: jq 'select(.state) | .state' ${quoteShellWord(log ?? 'LOG')} > errored.tfstate`,
			getStatePushCommand(folder),
		],
	};
}

function providerFacts({ pluginDir, folder }: CommandFailure): ErrorDescription {
	const here = `terraform -chdir=${quoteShellWord(folder)} providers mirror MIRROR_DIR`;
	if (pluginDir === undefined) {
		return {
			message: 'terraform init could not install a provider, and no provider mirror is set.',
			expected: 'access to the provider registry, or a provider mirror directory',
			next: [
				`On a computer with access to the registry: ${here}`,
				'Then copy the directory here and set TFE_WIZARD_PROVIDER_MIRROR=MIRROR_DIR',
			],
		};
	}
	return {
		message: `terraform init found no suitable provider in the mirror ${pluginDir}.`,
		expected: `${pluginDir}/HOST/NAMESPACE/NAME/VERSION/OS_ARCH/ (or zip archives) for each required provider and version`,
		next: [`On a computer with access to the registry, populate the mirror: ${here}`],
	};
}

/** The error for a command that could not be started, with a fix for the operator. */
export function createStartError(thrown: unknown, binary: string, folder: string): WizardError {
	if (thrown instanceof WizardError) return thrown;
	const { code, syscall } = thrown as NodeJS.ErrnoException;
	// Not caused by the command: a log file could not be created.
	if (!syscall?.startsWith('spawn')) return toWizardError(thrown);
	// The system reports ENOENT for a missing working directory too.
	if (code === 'ENOENT' && !existsSync(folder)) {
		return new WizardError('command', {
			message: `The working directory ${folder} does not exist.`,
			cause: thrown,
		});
	}
	if (code === 'ENOENT' || code === 'EACCES') {
		const where = binary.includes('/') ? '' : ' on PATH';
		return new WizardError('preflight', {
			message: `${binary} ${formatSpawnError(thrown)}${where}.`,
			expected: 'Terraform 1.11 or later',
			next: [
				'Install Terraform (https://developer.hashicorp.com/terraform/install) and run the same command again.',
			],
			cause: thrown,
		});
	}
	return toWizardError(thrown);
}

/** The error for a command requested after the run was interrupted. */
export function createNotStartedError(label: string): WizardError {
	return new WizardError('cancelled', {
		message: `terraform ${label} was not started: the run was interrupted.`,
		next: ['Run the same command again: it resumes where this one stopped.'],
	});
}

/**
 * The `locked` error with owner, age and next commands, from the "Lock Info" block of a diagnostic.
 * Undefined if there is none: then acquiring the lock failed for another reason (no access, an
 * unreadable state) and there is no holder. The lock is never removed here, because its owner may
 * still be running on another computer.
 */
export function parseStateLockedError(
	detail: string,
	folder: string,
	now = new Date(),
): WizardError | undefined {
	// The http backend prints its own lock in "Lock Info", and before it only the ID of the other
	// lock (seen with Terraform 1.11.4).
	const http = /HTTP remote state already locked: ID=(\S+)/.exec(detail)?.[1];
	const block = http === undefined ? (/Lock Info:.*/s.exec(detail)?.[0] ?? '') : '';
	const field = (name: string) =>
		new RegExp(`^[ \\t]*${name}:[ \\t]*(.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
	const id = http ?? field('ID');
	if (id === '') return undefined;
	const who = field('Who');
	// `OperationTypeApply` is shown as `apply`.
	const operation = field('Operation')
		.replace(/^OperationType/, '')
		.toLowerCase();
	const created = parseCreated(field('Created'));
	const age = created && `${formatLockAge(created, now)} ago`;
	const others = {
		Path: field('Path'),
		Terraform: field('Version'),
		Info: http ? 'the http backend reports only the lock ID, not its owner' : field('Info'),
	};
	return new WizardError('locked', {
		message: `The state is locked by ${who || 'an unknown owner'}${operation && ` for ${operation}`}${age === undefined ? '' : `, ${age}`}.`,
		expected: 'no other Terraform run on this state',
		details: [
			`Owner: ${who || 'unknown'}`,
			`Operation: ${operation || 'unknown'}`,
			`Created: ${created === undefined ? 'unknown' : `${created.toISOString()} (${age})`}`,
			`Lock: ${id}`,
			...Object.entries(others).flatMap(([name, text]) => (text ? [`${name}: ${text}`] : [])),
		],
		next: [
			'Wait for that run to end, then run the same command again.',
			`Only if you are sure that it is no longer running anywhere: terraform -chdir=${quoteShellWord(folder)} force-unlock ${quoteShellWord(id)}`,
			`To unlock and resume: the same command with --unlock ${quoteShellWord(id)}`,
		],
	});
}

/** Formats a duration in one unit: seconds, minutes, hours or days. */
export function formatLockAge(since: Date, now: Date): string {
	const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
	const units: [number, string][] = [
		[86_400, 'day'],
		[3_600, 'hour'],
		[60, 'minute'],
	];
	for (const [size, name] of units) {
		// Change units at two of the larger one: "90 minutes", not "1 hour".
		if (seconds >= size * 2) return `${Math.floor(seconds / size)} ${name}s`;
	}
	return seconds === 1 ? '1 second' : `${seconds} seconds`;
}

/** Go's time format: `2026-01-31 19:40:32.322661398 +0000 UTC`. */
function parseCreated(text: string): Date | undefined {
	const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)? ([+-]\d\d)(\d\d)/.exec(text);
	if (found === null) return undefined;
	const [, day, time, fraction = '', hours, minutes] = found;
	const created = new Date(`${day}T${time}${fraction.slice(0, 4)}${hours}:${minutes}`);
	return Number.isNaN(created.getTime()) ? undefined : created;
}
