import { createContext, use } from 'react';

/** What a piece of text is for. Colour repeats what glyphs and words say already. */
export type Role = 'accent' | 'failure' | 'warning' | 'done' | 'dim' | 'strong';

const unicode = {
	done: '✓',
	current: '●',
	open: '○',
	failed: '✗',
	warning: '▲',
	unknown: '?',
	later: '·',
	pointer: '❯',
	bar: '┃',
	full: '█',
	empty: '░',
	ellipsis: '…',
	dash: '─',
	dot: '·',
	arrow: '→',
	bullet: '•',
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	enter: '⏎',
	closed: '▸',
	opened: '▾',
	ticked: '◉',
	unticked: '○',
	plus: '+',
	change: '~',
	minus: '-',
	replace: '±',
	spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as readonly string[],
};

export type Glyphs = typeof unicode;

const ascii: Glyphs = {
	done: '+',
	current: '*',
	open: 'o',
	failed: 'x',
	warning: '!',
	unknown: '?',
	later: '.',
	pointer: '>',
	bar: '|',
	full: '#',
	empty: '.',
	ellipsis: '...',
	dash: '-',
	dot: '-',
	arrow: '->',
	bullet: '*',
	up: '^',
	down: 'v',
	left: '<',
	right: '>',
	enter: 'enter',
	closed: '>',
	opened: 'v',
	ticked: '[x]',
	unticked: '[ ]',
	plus: '+',
	change: '~',
	minus: '-',
	replace: '-/+',
	spinner: ['|', '/', '-', '\\'],
};

/** Props for Ink's `Text`. */
export interface Colour {
	color?: string;
	dimColor?: boolean;
	bold?: boolean;
}

export interface Theme {
	glyphs: Glyphs;
	ascii: boolean;
	colour(role: Role | undefined): Colour;
}

const colours: Readonly<Record<Role, Colour>> = {
	accent: { color: 'cyan' },
	failure: { color: 'red' },
	warning: { color: 'yellow' },
	done: { color: 'green' },
	dim: { dimColor: true },
	strong: { bold: true },
};

const plain: Readonly<Record<Role, Colour>> = {
	accent: {},
	failure: {},
	warning: {},
	done: {},
	dim: {},
	strong: {},
};

type Env = Readonly<Record<string, string | undefined>>;

function speaksUtf8(env: Env): boolean {
	// The first that is set wins, as for the C library; an empty one counts as not set.
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	return /utf-?8/i.test(locale);
}

/** The look that a terminal can show: which glyphs, and whether in colour. */
export function themeOf(env: Env, { isTTY }: { isTTY: boolean }): Theme {
	const dumb = env.TERM === 'dumb';
	const narrow = Boolean(env.TFE_WIZARD_ASCII) && env.TFE_WIZARD_ASCII !== '0';
	const isAscii = narrow || dumb || !speaksUtf8(env);
	const coloured = isTTY && !dumb && !env.NO_COLOR && env.FORCE_COLOR !== '0';
	const table = coloured ? colours : plain;
	return {
		glyphs: isAscii ? ascii : unicode,
		ascii: isAscii,
		colour: (role) => (role === undefined ? {} : table[role]),
	};
}

export const ThemeContext = createContext<Theme>(themeOf({ LANG: 'C.UTF-8' }, { isTTY: true }));

/** The theme of the terminal that is drawn on. */
export const useTheme = (): Theme => use(ThemeContext);
