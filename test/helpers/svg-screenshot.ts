import { getStyledTextRuns, type StyledTextRun } from './svg-text-runs.ts';
import type { TerminalCell } from './terminal-cells.ts';

const cellWidth = 8.4;
const cellHeight = 18;
const margin = 14;
const titleHeight = 32;

const ground = '#14171c';
const ink = '#d6dae0';
/** The sixteen terminal colours, with fixed shades so that pictures are reproducible. */
const palette = [
	...['#3b414b', '#f0716b', '#6cc27a', '#e0b34d', '#6aa3f0', '#c58af0', '#4fc3d0', '#d6dae0'],
	...['#6d7582', '#ff8a84', '#86dd94', '#f5cc6a', '#8abaff', '#d9a8ff', '#72dde9', '#ffffff'],
];

/** A terminal screen as SVG; the same cells give the same bytes. */
export function renderSvgScreenshot(
	cells: readonly (readonly TerminalCell[])[],
	title: string,
): string {
	const rows = cells.map(getStyledTextRuns);
	const used = rows.findLastIndex((runs) => runs.length > 0) + 1;
	const width = round((cells[0]?.length ?? 0) * cellWidth + 2 * margin);
	const height = titleHeight + used * cellHeight + margin;
	const dots = ['#f0716b', '#e0b34d', '#6cc27a'].map(
		(colour, index) => `<circle cx="${18 + index * 17}" cy="16" r="5" fill="${colour}"/>`,
	);
	return `${[
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve" role="img" aria-label="${escaped(title)}">`,
		`<style>text{font:14px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${ink};white-space:pre}.b{font-weight:bold}.i{font-style:italic}.u{text-decoration:underline}.s{text-decoration:line-through}.d{fill-opacity:.6}</style>`,
		`<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
		dots.join(''),
		`<text x="${width / 2}" y="21" text-anchor="middle" class="d">${escaped(title)}</text>`,
		...rows.slice(0, used).flatMap((runs, index) => drawRow(runs, index)),
		'</svg>',
	].join('\n')}\n`;
}

function drawRow(runs: readonly StyledTextRun[], index: number): string[] {
	const top = titleHeight + index * cellHeight;
	const painted = runs.flatMap((run) => {
		const background = backgroundOf(run.style);
		return background === undefined ? [] : [rect(run, top, cellHeight, background)];
	});
	const drawn = runs.flatMap((run) => (run.shape === undefined ? [] : [drawShape(run, top)]));
	const spans = runs.filter(({ shape }) => shape === undefined).map(span);
	const text = spans.length === 0 ? [] : [`<text y="${top + 13}">${spans.join('')}</text>`];
	return [...painted, ...drawn, ...text];
}

function span(run: StyledTextRun): string {
	const { style } = run;
	const classes = [
		style.bold ? 'b' : '',
		style.dim ? 'd' : '',
		style.italic ? 'i' : '',
		style.underline ? 'u' : '',
		style.strikethrough ? 's' : '',
	].filter((name) => name !== '');
	const colour = colourOf(style);
	const attributes = [
		`x="${x(run.column)}"`,
		// Keeps columns aligned in any font.
		run.width > 1 ? `textLength="${round(run.width * cellWidth)}"` : '',
		classes.length === 0 ? '' : `class="${classes.join(' ')}"`,
		colour === ink ? '' : `style="fill:${colour}"`,
	].filter((attribute) => attribute !== '');
	return `<tspan ${attributes.join(' ')}>${escaped(run.text)}</tspan>`;
}

function drawShape(run: StyledTextRun, top: number): string {
	const colour = colourOf(run.style);
	const faded = run.style.dim ? 0.6 : 1;
	if (run.shape === '█') return rect(run, top + 2, cellHeight - 4, colour, faded);
	if (run.shape === '░') return rect(run, top + 2, cellHeight - 4, colour, faded * 0.25);
	if (run.shape === '─' || run.shape === '━')
		return rect(run, top + 8, run.shape === '━' ? 2 : 1, colour, faded);
	const thick = run.shape === '┃' ? 2 : 1;
	const bars = Array.from({ length: run.width }, (_, index) => {
		const left = round(x(run.column + index) + (cellWidth - thick) / 2);
		return `M${left} ${top}h${thick}v${cellHeight}h-${thick}z`;
	});
	return `<path d="${bars.join('')}" fill="${colour}"${opacity(faded)}/>`;
}

function rect(run: StyledTextRun, top: number, height: number, colour: string, fade = 1): string {
	const width = round(run.width * cellWidth);
	return `<rect x="${x(run.column)}" y="${top}" width="${width}" height="${height}" fill="${colour}"${opacity(fade)}/>`;
}

const opacity = (fade: number) => (fade === 1 ? '' : ` opacity="${round(fade)}"`);
const x = (column: number) => round(margin + column * cellWidth);
const round = (value: number) => Math.round(value * 100) / 100;

function colourOf({ inverse, colour, background }: TerminalCell): string {
	return inverse ? shade(background, ground) : shade(colour, ink);
}

function backgroundOf({ inverse, colour, background }: TerminalCell): string | undefined {
	if (inverse) return shade(colour, ink);
	return background === undefined ? undefined : shade(background, ground);
}

function shade(value: TerminalCell['colour'], otherwise: string): string {
	if (value === undefined) return otherwise;
	if (typeof value === 'string') return value;
	const named = palette[value];
	if (named !== undefined) return named;
	if (value >= 232) return hex(Array(3).fill(8 + (value - 232) * 10));
	const steps = [0, 95, 135, 175, 215, 255];
	const index = value - 16;
	return hex(
		[Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map((at) => steps[at] ?? 0),
	);
}

function hex(parts: readonly number[]): string {
	return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Text escaped for XML; characters that XML does not allow become question marks. */
function escaped(text: string): string {
	return (
		text
			// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the characters to replace.
			.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
			.replaceAll('&', '&amp;')
			.replaceAll('<', '&lt;')
			.replaceAll('>', '&gt;')
			.replaceAll('"', '&quot;')
	);
}
