import type { Key } from 'ink';
import type { Screen } from '../../source/engine/guide/model.ts';

/** Where a key has its meaning: a screen, or the element that has the focus. */
export type Place =
	| Screen['kind']
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

export interface RawPress {
	input: string;
	key: Key;
}

export interface KeyBinding {
	id: string;
	/** As shown; glyph names in braces become glyphs. */
	keys: string;
	label: string;
	/** The scopes whose footer and help name it. */
	screens: readonly Place[] | 'all';
	/** Named only on the help screen, because footers are short. */
	quiet?: boolean;
	matches(press: RawPress): boolean;
}

type Test = (press: RawPress) => boolean;

export const letter =
	(wanted: string): Test =>
	({ input, key }) =>
		input === wanted && !key.ctrl && !key.meta;

export const ctrl =
	(wanted: string): Test =>
	({ input, key }) =>
		input === wanted && key.ctrl;

export const any =
	(...tests: readonly Test[]): Test =>
	(press) =>
		tests.some((test) => test(press));

export const enter: Test = ({ key }) => key.return && !key.meta;
export const esc: Test = ({ key }) => key.escape;

// Ink reports function keys with neither text nor a flag; no other key comes like that.
export const functionKey: Test = ({ input, key }) =>
	input === '' && !Object.values(key).some((flag) => flag === true);

type Row = [
	id: string,
	keys: string,
	label: string,
	screens: readonly Place[] | 'all',
	matches: Test,
];

/** A key named in footers and help. */
export const shown = (...[id, keys, label, screens, matches]: Row): KeyBinding => ({
	id,
	keys,
	label,
	screens,
	matches,
});

/** A key named only in help. */
export const quiet = (...row: Row): KeyBinding => ({ ...shown(...row), quiet: true });

export const CHOOSING: readonly Place[] = [
	'welcome',
	'question',
	'details',
	'failure',
	'multi',
	'decide',
];
/** Scopes in which a ceremony prompt waits for input. */
export const CEREMONY: readonly Place[] = ['ceremony', 'consent', 'reveal', 'secret'];
export const WRITING: readonly Place[] = ['text', 'editor', 'items'];
export const READING: readonly Place[] = [
	'checks',
	'review',
	'plan',
	'progress',
	'done',
	'overlay',
];
export const LEAVABLE: readonly Place[] = [
	...CHOOSING,
	...WRITING,
	...CEREMONY,
	...READING.filter((place) => place !== 'progress'),
	'busy',
	'filter',
	'confirm',
	'stop',
];
export const LISTS: readonly Place[] = [...CHOOSING, ...READING];
