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

/** Several people can be near the terminal, so no single key does anything irreversible. */
export const ceremonyKeyBindings: readonly KeyBinding[] = [
	createFooterBinding('consent.take', '{enter}', 'confirm', ['consent'], matchEnter),
	createFooterBinding('ceremony.ready', '{enter}', 'ready', ['ceremony'], matchEnter),
	createFooterBinding('reveal.toggle', 'space', 'show or hide', ['reveal'], matchLetter(' ')),
	createFooterBinding('reveal.on', '{enter}', 'written down', ['reveal'], matchEnter),
	createFooterBinding('secret.take', '{enter}', 'continue', ['secret'], matchEnter),
	createFooterBinding('secret.clear', 'ctrl-u', 'clear', ['secret'], matchCtrl('u')),
	createFooterBinding('decide.take', '{enter}', 'select', ['decide'], matchEnter),
	createFooterBinding(
		'ceremony.notNow',
		'esc',
		'cancel',
		['consent', 'ceremony', 'reveal', 'secret', 'decide'],
		matchEscape,
	),
	createHelpOnlyBinding(
		'ceremony.scroll',
		'{up} {down} page-up page-down',
		'scroll',
		['consent', 'ceremony', 'reveal', 'secret'],
		matchAny(({ key }) => key.upArrow || key.downArrow || key.pageUp || key.pageDown),
	),
];
