import { any, ctrl, enter, esc, type KeyBinding, letter, quiet, shown } from './key-binding.ts';

/** Several people can be near the terminal, so no single key does anything irreversible. */
export const ceremonyKeys: readonly KeyBinding[] = [
	shown('consent.take', '{enter}', 'confirm', ['consent'], enter),
	shown('ceremony.ready', '{enter}', 'ready', ['ceremony'], enter),
	shown('reveal.toggle', 'space', 'show or hide', ['reveal'], letter(' ')),
	shown('reveal.on', '{enter}', 'written down', ['reveal'], enter),
	shown('secret.take', '{enter}', 'continue', ['secret'], enter),
	shown('secret.clear', 'ctrl-u', 'clear', ['secret'], ctrl('u')),
	shown('decide.take', '{enter}', 'select', ['decide'], enter),
	shown(
		'ceremony.notNow',
		'esc',
		'cancel',
		['consent', 'ceremony', 'reveal', 'secret', 'decide'],
		esc,
	),
	quiet(
		'ceremony.scroll',
		'{up} {down} page-up page-down',
		'scroll',
		['consent', 'ceremony', 'reveal', 'secret'],
		any(({ key }) => key.upArrow || key.downArrow || key.pageUp || key.pageDown),
	),
];
