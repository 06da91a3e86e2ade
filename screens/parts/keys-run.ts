import { any, ctrl, enter, esc, type KeyBinding, letter, quiet, shown } from './key-binding.ts';

/** Checks, review, plan, progress, failure and done. */
export const runKeys: readonly KeyBinding[] = [
	// Checks.
	shown('checks.open', '{enter}', 'open', ['checks'], enter),
	shown('checks.recheck', 'r', 'check again', ['checks'], letter('r')),
	shown('checks.recheckOne', 'R', 'recheck this one', ['checks'], letter('R')),
	shown('checks.fix', 'c', 'show fix', ['checks'], letter('c')),
	shown('checks.passed', 'v', 'show passed', ['checks'], letter('v')),
	shown('checks.on', 'n', 'continue', ['checks'], letter('n')),
	// Review of answers.
	shown('review.edit', '{enter} e', 'edit', ['review'], any(enter, letter('e'))),
	shown('review.begin', 'y', 'start', ['review'], letter('y')),
	// Plan.
	shown(
		'plan.open',
		'{enter}',
		'open',
		['plan'],
		any(enter, ({ key }) => key.rightArrow),
	),
	quiet(
		'plan.close',
		'{left}',
		'close',
		['plan'],
		any(({ key }) => key.leftArrow, letter('h')),
	),
	shown('plan.details', 'd', 'attributes', ['plan'], letter('d')),
	shown('plan.find', '/', 'search', ['plan'], letter('/')),
	shown('plan.save', 's', 'save as text', ['plan'], letter('s')),
	shown('plan.apply', 'y', 'apply', ['plan'], letter('y')),
	shown('plan.notNow', 'esc', 'cancel', ['plan'], esc),
	// Progress.
	shown('progress.log', 'l', 'follow log', ['progress'], letter('l')),
	shown('progress.stop', 'ctrl-c', 'stop (asks first)', ['progress'], ctrl('c')),
	// Failure and done.
	shown('failure.take', '{enter}', 'select', ['failure'], enter),
	quiet(
		'failure.scroll',
		'page-up page-down',
		'scroll',
		['failure'],
		({ key }) => key.pageUp || key.pageDown,
	),
	shown('done.leave', '{enter} q', 'quit', ['done'], any(enter, letter('q'))),
];
