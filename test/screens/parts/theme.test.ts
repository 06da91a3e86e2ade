import { describe, expect, it } from 'vitest';
import { createTheme } from '../../../screens/parts/theme.ts';

const tty = { isTTY: true };

describe('themeOf', () => {
	it.each([
		[{ LANG: 'en_US.UTF-8' }, false],
		[{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true],
		[{ LC_ALL: '', LC_CTYPE: 'C.utf8', LANG: 'C' }, false],
		[{}, true],
		[{ LANG: 'C.UTF-8', TFE_WIZARD_ASCII: '1' }, true],
		[{ LANG: 'C.UTF-8', TFE_WIZARD_ASCII: '0' }, false],
		[{ LANG: 'C.UTF-8', TERM: 'dumb' }, true],
	])('for %j sets ASCII to %s', (env, ascii) => {
		const theme = createTheme(env, tty);
		expect(theme.ascii).toBe(ascii);
		const signs = Object.values(theme.glyphs).flat().join('');
		// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
		expect(/^[\x00-\x7F]*$/.test(signs)).toBe(ascii);
	});

	it.each([
		[{ LANG: 'C.UTF-8' }, tty, true],
		[{ LANG: 'C.UTF-8', NO_COLOR: '1' }, tty, false],
		[{ LANG: 'C.UTF-8', NO_COLOR: '' }, tty, true],
		[{ TERM: 'dumb' }, tty, false],
		[{}, { isTTY: false }, false],
	])('for %j on %j sets color to %s', (env, on, coloured) => {
		const { colour } = createTheme(env, on);
		expect(colour('failure').color).toBe(coloured ? 'red' : undefined);
		expect(colour('accent').color).toBe(coloured ? 'cyan' : undefined);
		expect(colour(undefined)).toEqual({});
	});

	it('has the same glyph names in both glyph sets', () => {
		const signs = (env: object) => Object.keys(createTheme({ ...env }, tty).glyphs);
		expect(signs({})).toEqual(signs({ LANG: 'C.UTF-8' }));
	});
});
