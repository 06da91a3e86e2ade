import type { Key } from 'ink';
import type { WizardScreen } from '../../source/wizard/wizard-model.ts';

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
	quiet?: boolean;
	matches(press: RawKeyPress): boolean;
}

type Test = (press: RawKeyPress) => boolean;

export const matchLetter =
	(wanted: string): Test =>
	({ input, key }) =>
		input === wanted && !key.ctrl && !key.meta;

export const matchCtrl =
	(wanted: string): Test =>
	({ input, key }) =>
		input === wanted && key.ctrl;

export const matchAny =
	(...tests: readonly Test[]): Test =>
	(press) =>
		tests.some((test) => test(press));

export const matchEnter: Test = ({ key }) => key.return && !key.meta;
export const matchEscape: Test = ({ key }) => key.escape;

// Ink reports function keys with neither text nor a flag; no other key comes like that.
export const matchFunctionKey: Test = ({ input, key }) =>
	input === '' && !Object.values(key).some((flag) => flag === true);

type Row = [
	id: string,
	keys: string,
	label: string,
	screens: readonly KeyScope[] | 'all',
	matches: Test,
];

/** A key named in footers and help. */
export const createFooterBinding = (...[id, keys, label, screens, matches]: Row): KeyBinding => ({
	id,
	keys,
	label,
	screens,
	matches,
});

/** A key named only in help. */
export const createHelpOnlyBinding = (...row: Row): KeyBinding => ({
	...createFooterBinding(...row),
	quiet: true,
});

const CHOICE_SCOPES: readonly KeyScope[] = [
	'welcome',
	'question',
	'details',
	'failure',
	'multi',
	'decide',
];
/** Scopes in which a ceremony prompt waits for input. */
const CEREMONY_SCOPES: readonly KeyScope[] = ['ceremony', 'consent', 'reveal', 'secret'];
export const TEXT_INPUT_SCOPES: readonly KeyScope[] = ['text', 'editor', 'items'];
const SCROLLING_SCOPES: readonly KeyScope[] = [
	'checks',
	'review',
	'plan',
	'progress',
	'done',
	'overlay',
];
export const QUIT_SCOPES: readonly KeyScope[] = [
	...CHOICE_SCOPES,
	...TEXT_INPUT_SCOPES,
	...CEREMONY_SCOPES,
	...SCROLLING_SCOPES.filter((place) => place !== 'progress'),
	'busy',
	'filter',
	'confirm',
	'stop',
];
export const LIST_SCOPES: readonly KeyScope[] = [...CHOICE_SCOPES, ...SCROLLING_SCOPES];
