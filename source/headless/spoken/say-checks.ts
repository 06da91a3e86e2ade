import type { CheckLine, ChecksScreen } from '../../engine/guide/model.ts';
import { duration } from '../words.ts';
import { countOf, sentence } from './moment.ts';
import { COPY_MARK } from './wrap.ts';

/** Checks that have finished since: bad ones whole, good ones counted once all are done. */
export function sayChecks(screen: ChecksScreen, before?: ChecksScreen): string[] {
	const known = new Map(before?.checks.map((check) => [check.id, check]));
	const again = before !== undefined && before.running === 0 && screen.running > 0;
	const fresh = screen.checks.filter((check) => {
		const old = known.get(check.id);
		return isBad(check) && !(old?.result === check.result && old.found === check.found);
	});
	const begun = before === undefined || again;
	return [
		...(begun && screen.running > 0
			? [`Checking: ${countOf(screen.running, 'check')} under way.`]
			: []),
		...fresh.flatMap(checkLines),
		...(screen.running === 0 && (before === undefined || before.running > 0)
			? summary(screen)
			: []),
	];
}

/** Good ones, and those that wait for another, are only counted. */
const isBad = ({ result, blockedBy }: CheckLine) =>
	(result === 'fail' || result === 'unknown') && blockedBy === undefined;

/** A check with what was found and what mends it, whole. */
export function checkLines({ id, title, severity, result, found, fix }: CheckLine): string[] {
	const word = result === 'fail' ? severity : result === 'pass' ? 'passed' : result;
	return [
		`${word}: ${id}. ${sentence(title)} ${sentence(found)}`,
		...(fix === undefined ? [] : ['The fix:', `${COPY_MARK}${fix}`]),
	];
}

function summary({ checks, seconds, waiting, canGoOn }: ChecksScreen): string[] {
	const count = (fits: (check: CheckLine) => boolean) => checks.filter(fits).length;
	const failed = (severity: CheckLine['severity']) =>
		count((check) => check.result === 'fail' && check.severity === severity);
	const parts = [
		countOf(failed('blocker'), 'blocker'),
		countOf(failed('warning'), 'warning'),
		`${count(({ result }) => result === 'unknown')} unknown`,
		`${count(({ result }) => result === 'pass')} passed`,
	];
	const took = seconds === undefined ? '' : ` in ${duration(seconds)}`;
	const blocked = checks.filter(({ blockedBy }) => blockedBy !== undefined);
	return [
		`${countOf(checks.length, 'check')}${took}: ${parts.join(', ')}.`,
		...blocked.map(({ id, blockedBy }) => `${id} could not be checked because of ${blockedBy}.`),
		...(waiting > 0 ? [`Waiting for answers not known yet: ${waiting}.`] : []),
		canGoOn
			? 'Enter goes on; again checks again.'
			: 'It cannot go on like this. Mend it and type again, or go and the name of an answer.',
	];
}
