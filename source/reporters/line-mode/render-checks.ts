import { formatCount } from '../../engine/format.ts';
import type { CheckItem, ChecksScreen } from '../../wizard/wizard-model.ts';
import { formatDuration } from '../format.ts';
import { addFullStop, toSentence } from './sentences.ts';
import { COPY_INDENT } from './wrap-for-terminal.ts';

/** Renders newly finished checks: failed ones in full, passed ones as a count at the end. */
export function renderChecks(screen: ChecksScreen, before?: ChecksScreen): string[] {
	const known = new Map(before?.checks.map((check) => [check.id, check]));
	const again = before !== undefined && before.running === 0 && screen.running > 0;
	const fresh = screen.checks.filter((check) => {
		const old = known.get(check.id);
		return isBad(check) && !(old?.result === check.result && old.found === check.found);
	});
	const begun = before === undefined || again;
	return [
		...(begun && screen.running > 0 ? ['Checking. Please wait.'] : []),
		...fresh.flatMap(renderCheck),
		...(screen.running === 0 && (before === undefined || before.running > 0)
			? summary(screen)
			: []),
	];
}

/** Passed and skipped checks are only counted. */
const isBad = ({ result, blockedBy }: CheckItem) =>
	(result === 'fail' || result === 'unknown') && blockedBy === undefined;

/** Renders a check with its finding and fix. */
export function renderCheck({ id, title, severity, result, found, fix }: CheckItem): string[] {
	const word = result === 'fail' ? severity : result === 'pass' ? 'passed' : result;
	return [
		`${toSentence(`${word}: ${id}`)} ${addFullStop(title)} ${toSentence(found)}`,
		...(fix === undefined ? [] : ['Fix:', `${COPY_INDENT}${fix}`]),
	];
}

function summary({ checks, seconds, waiting, canGoOn }: ChecksScreen): string[] {
	const count = (fits: (check: CheckItem) => boolean) => checks.filter(fits).length;
	const failed = (severity: CheckItem['severity']) =>
		count((check) => check.result === 'fail' && check.severity === severity);
	const parts: readonly (readonly [number, string])[] = [
		[failed('blocker'), 'blocker'],
		[failed('warning'), 'warning'],
		[failed('info'), 'note'],
	];
	const unknown = count(({ result }) => result === 'unknown');
	const passed = count(({ result }) => result === 'pass');
	const words = [
		...parts.filter(([number]) => number > 0).map(([number, what]) => formatCount(number, what)),
		...(unknown > 0 ? [`${unknown} unknown`] : []),
		passed === checks.length ? 'all passed' : `${passed} passed`,
	];
	const took = seconds === undefined ? '' : ` in ${formatDuration(seconds)}`;
	const blocked = checks.filter(({ blockedBy }) => blockedBy !== undefined);
	return [
		`${formatCount(checks.length, 'check')}${took}: ${words.join(', ')}.`,
		...blocked.map(({ id, blockedBy }) => `${id} was skipped because of ${blockedBy}.`),
		...waitingLines(waiting),
		canGoOn
			? 'Press Enter to continue, or type retry to check again.'
			: 'Fix the blocker and type retry, or type go NAME to change an answer.',
	];
}

function waitingLines(waiting: number): string[] {
	if (waiting === 0) return [];
	const state = waiting === 1 ? 'is pending until its' : 'are pending until their';
	return [`${formatCount(waiting, 'more check')} ${state} answers are given.`];
}
