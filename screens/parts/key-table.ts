import {
	any,
	ctrl,
	enter,
	esc,
	functionKey,
	type KeyBinding,
	LEAVABLE,
	LISTS,
	letter,
	type Place,
	quiet,
	type RawPress,
	shown,
	WRITING,
} from './key-binding.ts';
import { askingKeys } from './keys-asking.ts';
import { ceremonyKeys } from './keys-ceremony.ts';
import { runKeys } from './keys-run.ts';

export type { KeyBinding, Place, RawPress };

const up = any(({ key }) => key.upArrow, ctrl('p'));
const down = any(({ key }) => key.downArrow, ctrl('n'));
const tab = ({ key }: RawPress): boolean => key.tab && !key.shift;
const shiftTab = ({ key }: RawPress): boolean => key.tab && key.shift;

/** Movement keys, the same everywhere. Footers show `move`; the others only match. */
const movingKeys: readonly KeyBinding[] = [
	shown(
		'move',
		'{move}',
		'move',
		LISTS.filter((place) => place !== 'done' && place !== 'progress'),
		any(up, down),
	),
	quiet('up', '{up} k', 'up', LISTS, any(up, letter('k'))),
	quiet('down', '{down} j', 'down', LISTS, any(down, letter('j'))),
	quiet(
		'pageUp',
		'page-up ctrl-u',
		'page up',
		LISTS,
		any(({ key }) => key.pageUp, ctrl('u')),
	),
	quiet(
		'pageDown',
		'page-down ctrl-d',
		'page down',
		LISTS,
		any(({ key }) => key.pageDown, ctrl('d')),
	),
	quiet('home', 'home', 'first', LISTS, ({ key }) => key.home),
	// Where `g` does not mean "go to", it has its vi meaning.
	quiet(
		'top',
		'home g',
		'top',
		['plan', 'progress', 'done'],
		any(({ key }) => key.home, letter('g')),
	),
	quiet(
		'end',
		'end G',
		'last',
		LISTS,
		any(({ key }) => key.end, letter('G')),
	),
	shown(
		'left',
		'{left} h',
		'left',
		[],
		any(({ key }) => key.leftArrow, letter('h')),
	),
	shown('right', '{right}', 'right', [], ({ key }) => key.rightArrow),
	shown('escape', 'esc', 'cancel', [], esc),
	shown('enter', '{enter}', 'enter', [], enter),
	shown('tab', 'tab', 'next', [], tab),
	shown('shiftTab', 'shift-tab', 'back', [], shiftTab),
];

/** Keys of overlays, and keys that work on every screen. */
const commonKeys: readonly KeyBinding[] = [
	// Overlays.
	shown('stop.take', '{enter}', 'select', ['stop'], enter),
	shown('stop.stay', 'esc', 'cancel', ['stop'], esc),
	shown('overlay.take', '{enter}', 'go there', [], enter),
	shown('overlay.close', 'esc', 'close', ['overlay'], any(esc, letter('q'))),
	// Every screen.
	shown(
		'back',
		'b',
		'back',
		['question', 'multi', 'details', 'checks', 'review', 'plan'],
		letter('b'),
	),
	shown('backFromText', 'esc', 'back', WRITING, any(esc, shiftTab)),
	shown(
		'go',
		'g',
		'go to',
		['question', 'multi', 'details', 'checks', 'review'],
		any(letter('g'), ctrl('g')),
	),
	shown('goFromText', 'ctrl-g', 'go to', WRITING, ctrl('g')),
	shown(
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
		any(letter('?'), functionKey),
	),
	shown('helpFromText', 'F1', 'help', [...WRITING, 'filter', 'consent', 'secret'], functionKey),
	quiet('suspend', 'ctrl-z', 'suspend (fg to resume)', 'all', ctrl('z')),
	// During a run ctrl-c stops it: see `progress.stop`.
	shown('interrupt', 'ctrl-c', 'quit', LEAVABLE, ctrl('c')),
];

/** All keys. Footers, the help screen and docs/keys.md are generated from it. */
export const keyTable: readonly KeyBinding[] = [
	...movingKeys,
	...askingKeys,
	...runKeys,
	...ceremonyKeys,
	...commonKeys,
];

const byId = new Map(keyTable.map((binding) => [binding.id, binding]));

/** The binding of an id. */
export function bindingOf(id: string): KeyBinding {
	const found = byId.get(id);
	if (found === undefined) throw new Error(`Unknown key binding: ${id}`);
	return found;
}

/** The keys named in a scope, in table order. */
export const bindingsOf = (place: Place): KeyBinding[] =>
	keyTable.filter(({ screens }) => screens === 'all' || screens.includes(place));
