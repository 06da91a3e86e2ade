import type { Key } from 'ink';
import type { WizardScreen } from '../../source/wizard/wizard-view-model.ts';
import type { Theme } from './theme.ts';

/** Where a key has its meaning: a screen, or the element that has the focus. */
export type KeyScope =
	| WizardScreen['kind']
	| 'filter'
	| 'text'
	| 'editor'
	| 'items'
	| 'multi'
	| 'confirm'
	| 'consent'
	| 'reveal'
	| 'secret'
	| 'decide'
	| 'stop'
	| 'overlay';

export interface RawKeyPress {
	input: string;
	key: Key;
}

export interface KeyBinding {
	id: string;
	/** As shown; glyph names in braces become glyphs. */
	keys: string;
	label: string;
	/** The scopes whose footer and help name it. */
	screens: readonly KeyScope[] | 'all';
	/** Named only on the help screen, because footers are short. */
	helpOnly?: boolean;
	matches(press: RawKeyPress): boolean;
}

const CHOICE_SCOPES: KeyScope[] = ['welcome', 'question', 'details', 'failure', 'multi', 'decide'];
/** Scopes in which a ceremony prompt waits for input. */
const CEREMONY_SCOPES: KeyScope[] = ['ceremony', 'consent', 'reveal', 'secret'];
const TEXT_SCOPES: KeyScope[] = ['text', 'editor', 'items'];
const MOVING_SCOPES: KeyScope[] = [...CHOICE_SCOPES, 'checks', 'review', 'plan', 'overlay'];
const LIST_SCOPES: KeyScope[] = [...MOVING_SCOPES, 'progress', 'done'];
const OTHER_SCOPES: KeyScope[] = ['busy', 'filter', 'confirm', 'stop'];
const PAGE_SCOPES: KeyScope[] = ['question', 'multi', 'details', 'checks', 'review'];

/**
 * Id, keys as shown, label, scopes, and the keys as matched: a letter, `ctrl-` and a letter, a flag
 * of Ink, or a name in `specialKeys`.
 */
type Row = readonly [string, string, string, readonly KeyScope[] | 'all', string, 'help-only'?];

/** Movement keys, the same everywhere. Footers show `move`; the others only match. */
const movingKeys: readonly Row[] = [
	['move', '{move}', 'move', MOVING_SCOPES, 'upArrow ctrl-p downArrow ctrl-n'],
	['up', '{up} k', 'up', LIST_SCOPES, 'upArrow ctrl-p k', 'help-only'],
	['down', '{down} j', 'down', LIST_SCOPES, 'downArrow ctrl-n j', 'help-only'],
	['pageUp', 'page-up ctrl-u', 'page up', LIST_SCOPES, 'pageUp ctrl-u', 'help-only'],
	['pageDown', 'page-down ctrl-d', 'page down', LIST_SCOPES, 'pageDown ctrl-d', 'help-only'],
	['home', 'home', 'first', LIST_SCOPES, 'home', 'help-only'],
	// Where `g` does not mean "go to", it has its vi meaning.
	['top', 'home g', 'top', ['plan', 'progress', 'done'], 'home g', 'help-only'],
	['end', 'end G', 'last', LIST_SCOPES, 'end G', 'help-only'],
	['escape', 'esc', 'cancel', [], 'escape'],
	['enter', '{enter}', 'enter', [], 'enter'],
];

/** Questions, the welcome screen, details. */
const questionKeys: readonly Row[] = [
	['take', '{enter}', 'select', ['welcome', 'question'], 'enter'],
	['takeText', '{enter}', 'continue', ['text'], 'enter'],
	['open', '{enter}', 'continue or edit', ['details'], 'enter'],
	['on', 'n', 'continue', ['details'], 'n'],
	['reset', 'd', 'reset', ['details'], 'd'],
	['toggle', 'space', 'select', ['multi'], 'space'],
	['takeTicked', '{enter}', 'confirm', ['multi'], 'enter'],
	['addItem', '{enter}', 'add (empty to continue)', ['items'], 'enter'],
	['itemUp', '{up}', 'edit previous', ['items'], 'upArrow ctrl-p'],
	['itemDown', '{down}', 'edit next', ['items'], 'downArrow ctrl-n', 'help-only'],
	['save', 'ctrl-d', 'continue', ['editor'], 'ctrl-d meta-enter'],
	['newLine', '{enter}', 'new line', ['editor'], 'enter'],
	['filter', '/', 'search', ['question', 'multi', 'details'], '/'],
	['takeFound', '{enter}', 'select', ['filter'], 'enter'],
	['clear', 'esc', 'clear search', ['filter'], 'escape'],
	['clearText', 'ctrl-u', 'clear typed text', ['filter'], 'ctrl-u', 'help-only'],
	['again', 'ctrl-r', 'refresh', ['question', 'multi', 'text'], 'ctrl-r', 'help-only'],
	['unconfirm', 'esc', 'back', ['confirm'], 'escape'],
];

/** Checks, review, plan, progress, failure and done. */
const runKeys: readonly Row[] = [
	['checks.open', '{enter}', 'open', ['checks'], 'enter'],
	['checks.recheck', 'r', 'check again', ['checks'], 'r'],
	['checks.recheckOne', 'R', 'recheck this one', ['checks'], 'R'],
	['checks.fix', 'c', 'show fix', ['checks'], 'c'],
	['checks.passed', 'v', 'show passed', ['checks'], 'v'],
	['checks.on', 'n', 'continue', ['checks'], 'n'],
	['review.edit', '{enter} e', 'edit', ['review'], 'enter e'],
	['review.begin', 'y', 'start', ['review'], 'y'],
	['plan.open', '{enter}', 'open', ['plan'], 'enter rightArrow'],
	['plan.close', '{left}', 'close', ['plan'], 'leftArrow h', 'help-only'],
	['plan.details', 'd', 'attributes', ['plan'], 'd'],
	['plan.find', '/', 'search', ['plan'], '/'],
	['plan.save', 's', 'save as text', ['plan'], 's'],
	['plan.apply', 'y', 'apply', ['plan'], 'y'],
	['plan.notNow', 'esc', 'cancel', ['plan'], 'escape'],
	['progress.log', 'l', 'follow log', ['progress'], 'l'],
	['progress.stop', 'ctrl-c', 'stop (asks first)', ['progress'], 'ctrl-c'],
	['failure.take', '{enter}', 'select', ['failure'], 'enter'],
	['failure.scroll', 'page-up page-down', 'scroll', ['failure'], 'pageUp pageDown', 'help-only'],
	['done.leave', '{enter} q', 'quit', ['done'], 'enter q'],
];

/** Several people can be near the terminal, so no single key does anything irreversible. */
const ceremonyKeys: readonly Row[] = [
	['consent.take', '{enter}', 'confirm', ['consent'], 'enter'],
	['ceremony.ready', '{enter}', 'ready', ['ceremony'], 'enter'],
	['reveal.toggle', 'space', 'show or hide', ['reveal'], 'space'],
	['reveal.on', '{enter}', 'written down', ['reveal'], 'enter'],
	['secret.take', '{enter}', 'continue', ['secret'], 'enter'],
	['secret.clear', 'ctrl-u', 'clear', ['secret'], 'ctrl-u'],
	['decide.take', '{enter}', 'select', ['decide'], 'enter'],
	['ceremony.notNow', 'esc', 'cancel', [...CEREMONY_SCOPES, 'decide'], 'escape'],
	[
		'ceremony.scroll',
		'{up} {down} page-up page-down',
		'scroll',
		CEREMONY_SCOPES,
		'upArrow downArrow pageUp pageDown',
		'help-only',
	],
];

/** Keys of overlays, and keys that work on every screen. */
const commonKeys: readonly Row[] = [
	['stop.take', '{enter}', 'select', ['stop'], 'enter'],
	['stop.stay', 'esc', 'cancel', ['stop'], 'escape'],
	['overlay.take', '{enter}', 'go there', [], 'enter'],
	['overlay.close', 'esc', 'close', ['overlay'], 'escape q'],
	['back', 'b', 'back', [...PAGE_SCOPES, 'plan'], 'b'],
	['backFromText', 'esc', 'back', TEXT_SCOPES, 'escape shift-tab'],
	['go', 'g', 'go to', PAGE_SCOPES, 'g ctrl-g'],
	['goFromText', 'ctrl-g', 'go to', TEXT_SCOPES, 'ctrl-g'],
	[
		'help',
		'?',
		'help',
		['welcome', ...PAGE_SCOPES, 'plan', 'progress', 'failure', 'done', 'ceremony', 'decide'],
		'? F1',
	],
	['helpFromText', 'F1', 'help', [...TEXT_SCOPES, 'filter', 'consent', 'secret'], 'F1'],
	['suspend', 'ctrl-z', 'suspend (fg to resume)', 'all', 'ctrl-z', 'help-only'],
	// During a run ctrl-c stops it: see `progress.stop`.
	[
		'interrupt',
		'ctrl-c',
		'quit',
		[...MOVING_SCOPES, 'done', ...TEXT_SCOPES, ...CEREMONY_SCOPES, ...OTHER_SCOPES],
		'ctrl-c',
	],
];

const specialKeys: Readonly<Record<string, KeyBinding['matches']>> = {
	enter: ({ key }) => key.return && !key.meta,
	'meta-enter': ({ key }) => key.return && key.meta,
	'shift-tab': ({ key }) => key.tab && key.shift,
	space: ({ input, key }) => input === ' ' && !key.ctrl && !key.meta,
	// Ink reports function keys with neither text nor a flag; no other key comes like that.
	F1: ({ input, key }) => input === '' && !Object.values(key).some((flag) => flag === true),
};

function createMatcher(name: string): KeyBinding['matches'] {
	const special = specialKeys[name];
	if (special !== undefined) return special;
	if (name.length === 1) return ({ input, key }) => input === name && !key.ctrl && !key.meta;
	const control = /^ctrl-(.)$/.exec(name)?.[1];
	if (control !== undefined) return ({ input, key }) => input === control && key.ctrl;
	return ({ key }) => key[name as keyof Key] === true;
}

/** All keys. Footers, the help screen and docs/keys.md are generated from it. */
export const keyBindings: readonly KeyBinding[] = [
	...movingKeys,
	...questionKeys,
	...runKeys,
	...ceremonyKeys,
	...commonKeys,
].map(([id, keys, label, screens, names, visibility]) => {
	const matchers = names.split(' ').map(createMatcher);
	return {
		...{ id, keys, label, screens, helpOnly: visibility === 'help-only' },
		matches: (press) => matchers.some((matches) => matches(press)),
	};
});

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

/** A key name with the glyphs the terminal supports. */
export function formatKey({ keys }: Pick<KeyBinding, 'keys'>, { glyphs, ascii }: Theme): string {
	const { up, down, left, right, enter } = glyphs;
	const names: Readonly<Record<string, string>> = ascii
		? { move: 'up/down' }
		: { move: up + down, up, down, left, right, enter };
	return keys.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name);
}
