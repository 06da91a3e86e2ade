import { MissingAnswerReadError } from '../../engine/answers/answers-problem.ts';
import { WizardError } from '../../engine/errors.ts';
import { BLOCKED_BY_ANSWERS, type CheckEvent, type EngineEvent } from '../../engine/events.ts';
import { formatRequiredFixes } from '../../engine/format-next-steps.ts';
import type { Step, StepResult } from '../../engine/step.ts';
import { type Context, createNoteEvent, type Services } from '../step-context.ts';
import {
	type Check,
	type CheckFinding,
	createLazyPreflightData,
	type LazyPreflightData,
} from './checks.ts';
import { preflightLookups, preflightQuestions } from './questions.ts';

interface Result {
	check: Check;
	finding: CheckFinding;
}

/**
 * The first step of a target.
 *
 * @param checks In the order an operator would make them.
 */
export function createPreflightStep(checks: readonly Check[]): Step<Services> {
	return {
		id: 'preflight',
		title: 'Preflight',
		summary: 'Checks tools, credentials, account, region and names. Changes nothing.',
		needs: [],
		questions: preflightQuestions,
		rules: [],
		lookups: preflightLookups,
		intent: () => checks.map(({ title }) => `check: ${title}`),
		checks: (context, only) => runChecks(checks, context, only),
		run: (context) => run(checks, context),
	};
}

async function* runChecks(
	checks: readonly Check[],
	context: Context,
	only?: readonly string[],
): AsyncGenerator<CheckEvent> {
	const facts = createLazyPreflightData(context);
	const wanted = checks.filter(({ id }) => only?.includes(id) ?? true);
	const applying: Check[] = [];
	for (const check of wanted) {
		try {
			if (check.when?.(context) ?? true) applying.push(check);
		} catch (thrown) {
			// Whether the check applies depends on an answer that is not given yet.
			if (!(thrown instanceof MissingAnswerReadError)) throw thrown;
			yield toCheckEvent(context.step, { check, finding: createWaitingFinding(thrown) });
		}
	}
	for await (const result of yieldAsCompleted(
		applying.map((check) => runCheck(check, context, facts)),
	))
		yield toCheckEvent(context.step, result);
}

function createWaitingFinding({ key }: MissingAnswerReadError): CheckFinding {
	const found = `waiting for the answer to ${key}`;
	return { result: 'unknown', found, blockedBy: BLOCKED_BY_ANSWERS };
}

async function* run(
	checks: readonly Check[],
	context: Context,
): AsyncGenerator<EngineEvent, StepResult> {
	const facts = createLazyPreflightData(context);
	const wanted = checks.filter((check) => check.when?.(context) ?? true);
	const results: Result[] = [];
	for await (const result of yieldAsCompleted(
		wanted.map((check) => runCheck(check, context, facts)),
	)) {
		if (context.cancel.gentle.aborted)
			throw new WizardError('cancelled', {
				message: 'Preflight was interrupted; nothing was changed.',
				next: ['Run the same command again.'],
			});
		results.push(result);
		yield toCheckEvent(context.step, result);
	}
	throwIfBlocked(results.toSorted((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check)));
	const provider = await facts.provider();
	if (provider.how === 'mirror') yield createNoteEvent(context, 'info', provider.words);
	const [identity, terraform] = [await facts.identity(), await facts.terraform()];
	return {
		summary: formatCounts(results, checks.length),
		outputs: {
			account: identity.account,
			identity: identity.arn,
			partition: identity.partition,
			terraform: terraform.version,
			provider_mirror: provider.how === 'mirror' ? provider.folder : '',
		},
	};
}

async function runCheck(check: Check, context: Context, facts: LazyPreflightData): Promise<Result> {
	if (check.asksAws && (await facts.identity().catch(() => undefined)) === undefined) {
		const found = 'skipped: requires valid credentials';
		return { check, finding: { result: 'unknown', found, blockedBy: 'credentials' } };
	}
	try {
		return { check, finding: await check.run(context, facts) };
	} catch (thrown) {
		if (thrown instanceof MissingAnswerReadError)
			return { check, finding: createWaitingFinding(thrown) };
		if (thrown instanceof WizardError && thrown.fault !== 'internal') {
			const { message, expected, details = [], next = [] } = thrown.facts;
			const found = [
				message.replace(/\.$/, ''),
				...(expected === undefined ? [] : [`expected ${expected}`]),
				...details,
			];
			return {
				check,
				finding: {
					result: 'fail',
					found: found.join('; '),
					fix: next[0],
					refuse: thrown.fault === 'refused',
					late: thrown.fault === 'timeout',
				},
			};
		}
		const words = thrown instanceof Error ? thrown.message : String(thrown);
		return { check, finding: { result: 'unknown', found: `the check could not run: ${words}` } };
	}
}

/** Yields each result as soon as it is available, regardless of the order. */
async function* yieldAsCompleted<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
	const waiting = new Map(
		promises.map((promise, index) => [index, promise.then((value) => ({ index, value }))]),
	);
	while (waiting.size > 0) {
		const { index, value } = await Promise.race(waiting.values());
		waiting.delete(index);
		yield value;
	}
}

function toCheckEvent(step: string, { check, finding }: Result): CheckEvent {
	const { id, title, severity = 'blocker' } = check;
	const { result, found, fix, blockedBy } = finding;
	return { type: 'check', step, id, title, severity, result, found, fix, blockedBy };
}

function throwIfBlocked(results: readonly Result[]): void {
	const bad = results.filter(
		({ check: { severity = 'blocker' }, finding: { result } }) =>
			result === 'fail' && severity === 'blocker',
	);
	if (bad.length === 0) return;
	const refused = bad.filter(({ finding }) => finding.refuse);
	const shown = refused.length > 0 ? refused : bad;
	const late = bad.every(({ finding }) => finding.late);
	throw new WizardError(refused.length > 0 ? 'refused' : late ? 'timeout' : 'preflight', {
		message:
			refused.length > 0
				? `Preflight failed: ${shown.map(({ finding }) => finding.found).join('; ')}. Nothing was changed.`
				: `Preflight found ${bad.length === 1 ? 'a blocker' : `${bad.length} blockers`}; nothing was changed.`,
		details: [
			...bad.map(({ check, finding }) => `${check.id}: ${finding.found}`),
			...describeSkipped(results),
		],
		next: [
			...formatRequiredFixes(
				shown.flatMap(({ finding }) => (finding.fix === undefined ? [] : [finding.fix])),
			),
			'Then run the same command again.',
		],
	});
}

function describeSkipped(results: readonly Result[]): string[] {
	const ids = results.flatMap(({ check, finding }) => (finding.blockedBy ? [check.id] : []));
	return ids.length === 0 ? [] : [`skipped (valid credentials required): ${ids.join(', ')}`];
}

function formatCounts(results: readonly Result[], all: number): string {
	const failed = results.filter(({ finding }) => finding.result === 'fail');
	const warnings = failed.filter(({ check }) => check.severity === 'warning');
	const unknowns = results.filter(({ finding }) => finding.result === 'unknown');
	const named = (found: readonly Result[]) =>
		found.length === 0 ? '0' : `${found.length} (${found.map(({ check }) => check.id).join(', ')})`;
	const rest = all - results.length;
	const others = rest === 0 ? '' : `; ${rest} not applicable`;
	return `${results.length} checks: 0 blockers, ${named(warnings)} warnings, ${named(unknowns)} unknown${others}`;
}
