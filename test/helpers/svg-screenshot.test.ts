import xterm from '@xterm/headless';
import { expect, it } from 'vitest';
import { renderSvgScreenshot } from './svg-screenshot.ts';
import { getTerminalCells } from './terminal-cells.ts';

async function drawn(bytes: string, columns = 20, rows = 5): Promise<string> {
	const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
	await new Promise<void>((resolve) => terminal.write(bytes, resolve));
	return renderSvgScreenshot(getTerminalCells(terminal), 'a <title>');
}

/** Text and place of each run. */
const spans = (svg: string) =>
	[...svg.matchAll(/<tspan x="([\d.]+)"[^>]*>([^<]*)</g)].map(([, x, text]) => [Number(x), text]);

it('places each run in its column and omits blanks', async () => {
	const svg = await drawn('  one \x1b[36mtwo\x1b[0m\r\n\r\nlast');
	expect(spans(svg)).toEqual([
		[30.8, 'one'],
		[64.4, 'two'],
		[14, 'last'],
	]);
	expect(svg.match(/<text y=/g)).toHaveLength(2);
});

it('renders styles', async () => {
	const svg = await drawn('\x1b[1;2;31mloud\x1b[0m\x1b[7m on \x1b[0m\x1b[38;2;1;2;3mrgb');
	expect(svg).toContain('class="b d" style="fill:#f0716b">loud<');
	// Inverse text has a background, including its blanks.
	expect(svg).toMatch(/<rect [^>]*width="33.6" height="18" fill="#d6dae0"\/>/);
	expect(svg).toContain('> on <');
	expect(svg).toContain('fill:#010203');
});

it('keeps columns after wide characters', async () => {
	expect(spans(await drawn('日本 x'))).toEqual([
		[14, '日本'],
		[56, 'x'],
	]);
});

it('escapes XML special characters', async () => {
	const svg = await drawn('<&">');
	expect(svg).toContain('&lt;&amp;&quot;&gt;');
	expect(svg).toContain('a &lt;title&gt;');
});

it('draws bars as shapes without gaps', async () => {
	const svg = await drawn('\x1b[32m██\x1b[0m░ ┃');
	expect(svg).toMatch(/<rect x="14" y="34" width="16.8" height="14" fill="#6cc27a"\/>/);
	expect(svg).toMatch(/<rect [^>]*opacity="0.25"\/>/);
	expect(svg).toMatch(/<path d="M[^"]*v18h-2z"/);
	expect(svg).not.toMatch(/[█░┃]/);
});

it('ends below the last line and is deterministic', async () => {
	const svg = await drawn('x');
	expect(svg).toContain('height="64"');
	expect(await drawn('x')).toBe(svg);
});
