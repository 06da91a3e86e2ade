import { any, ctrl, enter, esc, type KeyBinding, letter, quiet, shown } from './key-binding.ts';

/** Where people stand around the screen. Nothing here is done by one key alone but what is safe. */
export const ceremonyKeys: readonly KeyBinding[] = [
	shown('consent.take', '{enter}', 'take the word', ['consent'], enter),
	shown('ceremony.ready', '{enter}', 'ready', ['ceremony'], enter),
	shown('reveal.toggle', 'space', 'show, hide', ['reveal'], letter(' ')),
	shown('reveal.on', '{enter}', 'written down', ['reveal'], enter),
	shown('secret.take', '{enter}', 'take', ['secret'], enter),
	shown('secret.clear', 'ctrl-u', 'type anew', ['secret'], ctrl('u')),
	shown('decide.take', '{enter}', 'take', ['decide'], enter),
	shown(
		'ceremony.notNow',
		'esc',
		'not now',
		['consent', 'ceremony', 'reveal', 'secret', 'decide'],
		esc,
	),
	quiet(
		'ceremony.scroll',
		'{up} {down} page-up page-down',
		'read on',
		['consent', 'ceremony', 'reveal', 'secret'],
		any(({ key }) => key.upArrow || key.downArrow || key.pageUp || key.pageDown),
	),
];
