import { ceremonyKeyBindings } from './ceremony-key-bindings.ts';
import {
	createFooterBinding,
	createHelpOnlyBinding,
	type KeyBinding,
	type KeyScope,
	LIST_SCOPES,
	matchAny,
	matchCtrl,
	matchEnter,
	matchEscape,
	matchFunctionKey,
	matchLetter,
	QUIT_SCOPES,
	type RawKeyPress,
	TEXT_INPUT_SCOPES,
} from './key-binding.ts';
import { questionKeyBindings } from './question-key-bindings.ts';
import { runKeyBindings } from './run-key-bindings.ts';

export type { KeyBinding, KeyScope, RawKeyPress };

const up = matchAny(({ key }) => key.upArrow, matchCtrl('p'));
const down = matchAny(({ key }) => key.downArrow, matchCtrl('n'));
const tab = ({ key }: RawKeyPress): boolean => key.tab && !key.shift;
const shiftTab = ({ key }: RawKeyPress): boolean => key.tab && key.shift;

/** Movement keys, the same everywhere. Footers show `move`; the others only match. */
const movingKeys: readonly KeyBinding[] = [
	createFooterBinding(
		'move',
		'{move}',
		'move',
		LIST_SCOPES.filter((place) => place !== 'done' && place !== 'progress'),
		matchAny(up, down),
	),
	createHelpOnlyBinding('up', '{up} k', 'up', LIST_SCOPES, matchAny(up, matchLetter('k'))),
	createHelpOnlyBinding('down', '{down} j', 'down', LIST_SCOPES, matchAny(down, matchLetter('j'))),
	createHelpOnlyBinding(
		'pageUp',
		'page-up ctrl-u',
		'page up',
		LIST_SCOPES,
		matchAny(({ key }) => key.pageUp, matchCtrl('u')),
	),
	createHelpOnlyBinding(
		'pageDown',
		'page-down ctrl-d',
		'page down',
		LIST_SCOPES,
		matchAny(({ key }) => key.pageDown, matchCtrl('d')),
	),
	createHelpOnlyBinding('home', 'home', 'first', LIST_SCOPES, ({ key }) => key.home),
	// Where `g` does not mean "go to", it has its vi meaning.
	createHelpOnlyBinding(
		'top',
		'home g',
		'top',
		['plan', 'progress', 'done'],
		matchAny(({ key }) => key.home, matchLetter('g')),
	),
	createHelpOnlyBinding(
		'end',
		'end G',
		'last',
		LIST_SCOPES,
		matchAny(({ key }) => key.end, matchLetter('G')),
	),
	createFooterBinding(
		'left',
		'{left} h',
		'left',
		[],
		matchAny(({ key }) => key.leftArrow, matchLetter('h')),
	),
	createFooterBinding('right', '{right}', 'right', [], ({ key }) => key.rightArrow),
	createFooterBinding('escape', 'esc', 'cancel', [], matchEscape),
	createFooterBinding('enter', '{enter}', 'enter', [], matchEnter),
	createFooterBinding('tab', 'tab', 'next', [], tab),
	createFooterBinding('shiftTab', 'shift-tab', 'back', [], shiftTab),
];

/** Keys of overlays, and keys that work on every screen. */
const commonKeys: readonly KeyBinding[] = [
	// Overlays.
	createFooterBinding('stop.take', '{enter}', 'select', ['stop'], matchEnter),
	createFooterBinding('stop.stay', 'esc', 'cancel', ['stop'], matchEscape),
	createFooterBinding('overlay.take', '{enter}', 'go there', [], matchEnter),
	createFooterBinding(
		'overlay.close',
		'esc',
		'close',
		['overlay'],
		matchAny(matchEscape, matchLetter('q')),
	),
	// Every screen.
	createFooterBinding(
		'back',
		'b',
		'back',
		['question', 'multi', 'details', 'checks', 'review', 'plan'],
		matchLetter('b'),
	),
	createFooterBinding(
		'backFromText',
		'esc',
		'back',
		TEXT_INPUT_SCOPES,
		matchAny(matchEscape, shiftTab),
	),
	createFooterBinding(
		'go',
		'g',
		'go to',
		['question', 'multi', 'details', 'checks', 'review'],
		matchAny(matchLetter('g'), matchCtrl('g')),
	),
	createFooterBinding('goFromText', 'ctrl-g', 'go to', TEXT_INPUT_SCOPES, matchCtrl('g')),
	createFooterBinding(
		'help',
		'?',
		'help',
		[
			'welcome',
			'question',
			'multi',
			'details',
			'checks',
			'review',
			'plan',
			'progress',
			'failure',
			'done',
			'ceremony',
			'decide',
		],
		matchAny(matchLetter('?'), matchFunctionKey),
	),
	createFooterBinding(
		'helpFromText',
		'F1',
		'help',
		[...TEXT_INPUT_SCOPES, 'filter', 'consent', 'secret'],
		matchFunctionKey,
	),
	createHelpOnlyBinding('suspend', 'ctrl-z', 'suspend (fg to resume)', 'all', matchCtrl('z')),
	// During a run ctrl-c stops it: see `progress.stop`.
	createFooterBinding('interrupt', 'ctrl-c', 'quit', QUIT_SCOPES, matchCtrl('c')),
];

/** All keys. Footers, the help screen and docs/keys.md are generated from it. */
export const keyBindings: readonly KeyBinding[] = [
	...movingKeys,
	...questionKeyBindings,
	...runKeyBindings,
	...ceremonyKeyBindings,
	...commonKeys,
];

const byId = new Map(keyBindings.map((binding) => [binding.id, binding]));

/** The binding of an id. */
export function getKeyBinding(id: string): KeyBinding {
	const found = byId.get(id);
	if (found === undefined) throw new Error(`Unknown key binding: ${id}`);
	return found;
}

/** The keys named in a scope, in table order. */
export const getScopeKeyBindings = (scope: KeyScope): KeyBinding[] =>
	keyBindings.filter(({ screens }) => screens === 'all' || screens.includes(scope));
