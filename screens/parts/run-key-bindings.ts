import {
	createFooterBinding,
	createHelpOnlyBinding,
	type KeyBinding,
	matchAny,
	matchCtrl,
	matchEnter,
	matchEscape,
	matchLetter,
} from './key-binding.ts';

/** Checks, review, plan, progress, failure and done. */
export const runKeyBindings: readonly KeyBinding[] = [
	// Checks.
	createFooterBinding('checks.open', '{enter}', 'open', ['checks'], matchEnter),
	createFooterBinding('checks.recheck', 'r', 'check again', ['checks'], matchLetter('r')),
	createFooterBinding('checks.recheckOne', 'R', 'recheck this one', ['checks'], matchLetter('R')),
	createFooterBinding('checks.fix', 'c', 'show fix', ['checks'], matchLetter('c')),
	createFooterBinding('checks.passed', 'v', 'show passed', ['checks'], matchLetter('v')),
	createFooterBinding('checks.on', 'n', 'continue', ['checks'], matchLetter('n')),
	// Review of answers.
	createFooterBinding(
		'review.edit',
		'{enter} e',
		'edit',
		['review'],
		matchAny(matchEnter, matchLetter('e')),
	),
	createFooterBinding('review.begin', 'y', 'start', ['review'], matchLetter('y')),
	// Plan.
	createFooterBinding(
		'plan.open',
		'{enter}',
		'open',
		['plan'],
		matchAny(matchEnter, ({ key }) => key.rightArrow),
	),
	createHelpOnlyBinding(
		'plan.close',
		'{left}',
		'close',
		['plan'],
		matchAny(({ key }) => key.leftArrow, matchLetter('h')),
	),
	createFooterBinding('plan.details', 'd', 'attributes', ['plan'], matchLetter('d')),
	createFooterBinding('plan.find', '/', 'search', ['plan'], matchLetter('/')),
	createFooterBinding('plan.save', 's', 'save as text', ['plan'], matchLetter('s')),
	createFooterBinding('plan.apply', 'y', 'apply', ['plan'], matchLetter('y')),
	createFooterBinding('plan.notNow', 'esc', 'cancel', ['plan'], matchEscape),
	// Progress.
	createFooterBinding('progress.log', 'l', 'follow log', ['progress'], matchLetter('l')),
	createFooterBinding('progress.stop', 'ctrl-c', 'stop (asks first)', ['progress'], matchCtrl('c')),
	// Failure and done.
	createFooterBinding('failure.take', '{enter}', 'select', ['failure'], matchEnter),
	createHelpOnlyBinding(
		'failure.scroll',
		'page-up page-down',
		'scroll',
		['failure'],
		({ key }) => key.pageUp || key.pageDown,
	),
	createFooterBinding(
		'done.leave',
		'{enter} q',
		'quit',
		['done'],
		matchAny(matchEnter, matchLetter('q')),
	),
];
