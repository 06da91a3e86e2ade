import { type ErrorFacts, type Fault, WizardError } from '../engine/errors.ts';
import { shellWord } from '../engine/shell-word.ts';
import { escapeLine, quotedLines } from '../engine/terminal-text.ts';
import { parsePlainDiagnostics, plainStderr, type TerraformDiagnostic } from './diagnostics.ts';
import { lockedError, parseLockInfo } from './lock.ts';

/** All that is known of a terraform command that did not succeed. */
export interface Failure {
	/** The subcommand: `init`, `plan`, `apply`. */
	label: string;
	folder: string;
	/** Errors in the order terraform gave them. */
	diagnostics: readonly TerraformDiagnostic[];
	stderr: string;
	exitCode?: number;
	signal?: string;
	/** SIGINT was sent by us, or terraform says it received one. */
	interrupted: boolean;
	log?: string;
	/** Terraform could only print its state: where that was saved, or that it could not be. */
	stateDump?: { path: string } | 'unsaved';
	/** The disk of the log is full: terraform could not say what went wrong. */
	diskFull?: boolean;
	/** The mirror given to `init -plugin-dir`, if any. */
	pluginDir?: string;
}

interface Rule {
	matches: RegExp;
	fault: Fault;
	/** True: matters more than that the command was interrupted. */
	outranksInterrupt?: true;
	facts(failure: Failure): ErrorFacts;
}

/** Failures with a known way out, by terraform's own words; the first that matches wins. */
const rules: readonly Rule[] = [
	{
		matches: /no space left on device|ENOSPC|disk quota exceeded/i,
		fault: 'command',
		outranksInterrupt: true,
		facts: ({ label, folder }) => ({
			message: `The disk filled up during terraform ${label}.`,
			next: [
				`Make room on the disk that holds ${folder}, then run the same command again.`,
				'A state that could not be saved is handed to its backend then, before anything else.',
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
			message: 'The saved plan no longer fits: the state was changed after it was made.',
			expected: 'a plan made from the state as it is now',
			next: ['Plan again and look at the new plan before you approve it.'],
		}),
	},
	{
		matches: /Backend configuration changed|Backend configuration block has changed/,
		fault: 'refused',
		facts: ({ folder }) => ({
			message: 'The place where the state is kept has changed since the last init.',
			expected: 'the same backend, or a decision about the state in the old one',
			next: [
				`To bring the state along: terraform -chdir=${shellWord(folder)} init -migrate-state`,
				`To leave the old state behind and use what is in the new place: terraform -chdir=${shellWord(folder)} init -reconfigure`,
			],
		}),
	},
	{
		matches: /Unsupported Terraform Core version/,
		fault: 'preflight',
		facts: () => ({
			message: 'This Terraform version does not fit what the configuration asks for.',
			expected: 'a Terraform that satisfies required_version, 1.11 or newer',
			next: ['Install a fitting Terraform: https://developer.hashicorp.com/terraform/install'],
		}),
	},
	{
		matches:
			/Failed to query available provider packages|Failed to install provider|provider .* was not found in any of the search locations/,
		fault: 'command',
		facts: providerFacts,
	},
];

/** The error for a failed command; terraform's own words go along whole as details. */
export function failureError(failure: Failure): WizardError {
	const errors = explain(failure);
	const details = errors.flatMap(diagnosticLines);
	const common = { details, log: failure.log };
	const said = errors.map(({ summary, detail }) => `${summary}\n${detail}`).join('\n');
	const words = said === '' && failure.diskFull === true ? 'ENOSPC' : said;
	const rule = rules.find(({ matches }) => matches.test(words));
	if (failure.interrupted && rule?.outranksInterrupt === undefined) {
		return new WizardError('cancelled', {
			message: `terraform ${failure.label} was interrupted and has stopped.`,
			...common,
			details:
				failure.signal === 'SIGKILL'
					? [...details, 'It did not stop by itself and was killed: a lock it held may remain.']
					: details,
			next: ['Run the same command again: it goes on from the state terraform saved.'],
		});
	}
	for (const { summary, detail } of errors) {
		const lock = summary.includes('state lock') ? parseLockInfo(detail) : undefined;
		if (lock !== undefined) return lockedError(lock, failure.folder).with({ log: failure.log });
	}
	if (rule !== undefined) return new WizardError(rule.fault, { ...rule.facts(failure), ...common });
	return new WizardError('command', { message: plainMessage(failure, errors), ...common });
}

/** A diagnostic as lines: where, what, and the detail whole. */
export function diagnosticLines(diagnostic: TerraformDiagnostic): string[] {
	const { severity, summary, detail, address, range, snippet } = diagnostic;
	const where = [address, range].filter((part) => part !== undefined).join(', ');
	const lines = [`${severity === 'error' ? 'Error' : 'Warning'}: ${escapeLine(summary)}`];
	if (where !== '') lines.push(`  at ${escapeLine(where)}`);
	if (snippet !== undefined) lines.push(...quotedLines(snippet).map((line) => `  ${line}`));
	if (detail !== '') lines.push(...quotedLines(detail).map((line) => `  ${line}`));
	return lines;
}

/** The command that hands a left-behind state to its backend. */
export function pushCommand(folder: string): string {
	return `terraform -chdir=${shellWord(folder)} state push errored.tfstate`;
}

/** JSON errors where there are any; otherwise what standard error says. */
function explain({ diagnostics, stderr }: Failure): TerraformDiagnostic[] {
	const errors = diagnostics.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) return errors;
	// A crash dumps goroutines: the head tells what happened, the log has the rest.
	const head = plainStderr(stderr).split('\n').slice(0, 60).join('\n');
	return parsePlainDiagnostics(head).filter(({ severity }) => severity === 'error');
}

function plainMessage(
	{ label, exitCode, signal }: Failure,
	errors: readonly TerraformDiagnostic[],
): string {
	const first = errors[0];
	if (first !== undefined) {
		const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
		const at = first.address === undefined ? '' : ` at ${first.address}`;
		return `terraform ${label} failed${at}: ${first.summary.replace(/\.$/, '')}${more}.`;
	}
	if (signal !== undefined) return `terraform ${label} was ended by ${signal}.`;
	if (exitCode !== undefined) return `terraform ${label} failed with exit code ${exitCode}.`;
	return `terraform ${label} ended without saying how.`;
}

function unsavedFacts({ label, folder, stateDump, log }: Failure): ErrorFacts {
	if (stateDump !== 'unsaved') {
		return {
			message: `terraform ${label} could not save its state; it lies in errored.tfstate.`,
			next: [pushCommand(folder)],
		};
	}
	return {
		message: `terraform ${label} could save its state nowhere but in its log.`,
		next: [
			`Keep the log. Its line "Emergency state dump" holds the state: jq 'select(.state) | .state' ${shellWord(log ?? 'LOG')} > errored.tfstate`,
			pushCommand(folder),
		],
	};
}

function providerFacts({ pluginDir, folder }: Failure): ErrorFacts {
	const here = `terraform -chdir=${shellWord(folder)} providers mirror MIRROR_FOLDER`;
	if (pluginDir === undefined) {
		return {
			message: 'terraform init could not get a provider; no mirror was given.',
			expected: 'the provider registry within reach, or a folder with the providers',
			next: [
				`On a machine that reaches the registry: ${here}`,
				'Then name the copied folder: TFE_WIZARD_PROVIDER_MIRROR=MIRROR_FOLDER',
			],
		};
	}
	return {
		message: `terraform init found no fitting provider in the mirror ${pluginDir}.`,
		expected: `${pluginDir}/HOST/NAMESPACE/NAME/VERSION/OS_ARCH/ (or zip archives) of each provider and version the configuration asks for`,
		next: [`On a machine that reaches the registry, fill the mirror: ${here}`],
	};
}
