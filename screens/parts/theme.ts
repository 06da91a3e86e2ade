import { createContext, use } from 'react';

/** The purpose of a piece of text. Color repeats what glyphs and words already say. */
export type TextRole = 'accent' | 'failure' | 'warning' | 'done' | 'dim' | 'strong';

/** Each glyph, and what an ASCII terminal shows instead. */
const glyphs = {
	done: ['✓', '+'],
	current: ['●', '*'],
	open: ['○', 'o'],
	failed: ['✗', 'x'],
	warning: ['▲', '!'],
	unknown: ['?', '?'],
	later: ['·', '.'],
	pointer: ['❯', '>'],
	bar: ['┃', '|'],
	full: ['█', '#'],
	empty: ['░', '.'],
	ellipsis: ['…', '...'],
	dash: ['─', '-'],
	dot: ['·', '-'],
	arrow: ['→', '->'],
	bullet: ['•', '*'],
	up: ['↑', '^'],
	down: ['↓', 'v'],
	left: ['←', '<'],
	right: ['→', '>'],
	enter: ['⏎', 'enter'],
	closed: ['▸', '>'],
	opened: ['▾', 'v'],
	ticked: ['◉', '[x]'],
	unticked: ['○', '[ ]'],
	plus: ['+', '+'],
	change: ['~', '~'],
	minus: ['-', '-'],
	replace: ['±', '-/+'],
} as const;

const spinners = [
	['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
	['|', '/', '-', '\\'],
] as const;

export type Glyphs = Readonly<Record<keyof typeof glyphs, string>> & {
	spinner: readonly string[];
};

function selectGlyphs(ascii: boolean): Glyphs {
	const column = ascii ? 1 : 0;
	const selected = Object.entries(glyphs).map(([name, pair]) => [name, pair[column]]);
	return { ...Object.fromEntries(selected), spinner: spinners[column] };
}

/** Props for Ink's `Text`. */
interface TextStyle {
	color?: string;
	dimColor?: boolean;
	bold?: boolean;
}

export interface Theme {
	glyphs: Glyphs;
	ascii: boolean;
	colour(role: TextRole | undefined): TextStyle;
}

const colours: Readonly<Record<TextRole, TextStyle>> = {
	accent: { color: 'cyan' },
	failure: { color: 'red' },
	warning: { color: 'yellow' },
	done: { color: 'green' },
	dim: { dimColor: true },
	strong: { bold: true },
};

type Env = Readonly<Record<string, string | undefined>>;

function speaksUtf8(env: Env): boolean {
	// The first non-empty variable wins, as in the C library.
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	return /utf-?8/i.test(locale);
}

/** The glyphs and colors that a terminal supports. */
export function createTheme(env: Env, { isTTY }: { isTTY: boolean }): Theme {
	const dumb = env.TERM === 'dumb';
	const narrow = Boolean(env.TFE_WIZARD_ASCII) && env.TFE_WIZARD_ASCII !== '0';
	const isAscii = narrow || dumb || !speaksUtf8(env);
	const coloured = isTTY && !dumb && !env.NO_COLOR && env.FORCE_COLOR !== '0';
	return {
		glyphs: selectGlyphs(isAscii),
		ascii: isAscii,
		colour: (role) => (role === undefined || !coloured ? {} : colours[role]),
	};
}

export const ThemeContext = createContext<Theme>(createTheme({ LANG: 'C.UTF-8' }, { isTTY: true }));

export const useTheme = (): Theme => use(ThemeContext);
