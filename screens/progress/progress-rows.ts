import type { Diagnostic, ResourceAction } from '../../source/engine/events.ts';
import { formatUsualDuration } from '../../source/reporters/format.ts';
import {
	getMilestoneLevelAndText,
	type MilestoneLevel,
} from '../../source/reporters/format-event.ts';
import type { ProgressScreen, ResourceInProgress } from '../../source/wizard/wizard-view-model.ts';
import {
	formatElapsedSeconds,
	getWidthInCells,
	padOrTruncateText,
	type RowPieces,
	type TextPiece,
	truncateLines,
	truncateText,
	wrapSingleLine,
	wrapTextToRows,
} from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';

/** Minimum height for empty rows between the parts. */
const AIRY = 12;
/** Rows always reserved for the resources in progress. */
const FLIGHT = 3;
/** Minimum rows for a followed log. */
const LOG = 5;

interface ProgressMessages {
	/** Wrapped diagnostics, and the first one shown. */
	diagnostics: RowPieces[];
	top: number;
	/** Lines of the log, while it is followed. */
	log?: readonly string[];
}

interface ProgressLayout {
	rows: RowPieces[];
	/** Visible rows of diagnostics, which limits scrolling. */
	diagnosticsShown: number;
}

/**
 * Divides the rows: first the resources in progress, then diagnostics, then the log or the latest
 * milestones. Never exceeds the height.
 */
export function layoutProgress(
	screen: ProgressScreen,
	messages: ProgressMessages,
	context: ProgressDrawContext,
): ProgressLayout {
	const { height, theme } = context;
	const air: RowPieces[] = height >= AIRY ? [['']] : [];
	const standing = sortSlowestFirst(screen.inFlight, context.now);
	const head = [...progressHeaderRows(screen, standing, context), ...air];
	const counts = resourceCountRows(screen, context);
	const { diagnostics, log } = messages;
	const crowded = diagnostics.length > 0 || log !== undefined;
	const free = height - head.length - counts.length;
	const most = crowded ? FLIGHT : Math.max(FLIGHT, Math.floor(free / 2));
	const flight = resourceInProgressRows(
		screen,
		standing,
		Math.max(1, Math.min(most, free)),
		context,
	);
	const above = [...head, ...flight, ...counts];

	let rest = height - above.length;
	const rows: RowPieces[] = [...above];
	let diagnosticsShown = 0;
	if (diagnostics.length > 0 && rest > air.length) {
		const room = rest - air.length - (log === undefined ? 0 : Math.min(LOG, Math.floor(rest / 2)));
		const shown = excerpt(diagnostics, messages.top, room, context);
		diagnosticsShown = Math.min(diagnostics.length, Math.max(1, room - 1));
		if (diagnostics.length <= room) diagnosticsShown = diagnostics.length;
		rows.push(...air, ...shown);
		rest = height - rows.length;
	}
	const room = rest - air.length;
	const last =
		log === undefined
			? milestoneRows(screen, room, context.width, theme)
			: logRows(screen, log, room, theme);
	if (last.length > 0) rows.push(...air, ...last);
	return { rows: rows.slice(0, height), diagnosticsShown };
}

function excerpt(
	rows: RowPieces[],
	top: number,
	room: number,
	{ theme }: ProgressDrawContext,
): RowPieces[] {
	if (rows.length <= room) return rows;
	const shown = Math.max(1, room - 1);
	const from = Math.max(0, Math.min(top, rows.length - shown));
	const text = `${theme.glyphs.up}${theme.glyphs.down} ${from + 1} to ${from + shown} of ${rows.length} lines`;
	return [...rows.slice(from, from + shown), [{ text, role: 'dim' as const }]].slice(
		0,
		Math.max(1, room),
	);
}

/** A shorter bar shows nothing. */
const SHORTEST_BAR = 8;
const LONGEST_BAR = 40;

/** Title, bar, time, and what a stop waits for. */
function progressHeaderRows(
	screen: ProgressScreen,
	resources: readonly ElapsedResource[],
	{ width, now, theme }: ProgressDrawContext,
): RowPieces[] {
	const { total, finished, runSince, stopping } = screen;
	const left = stopping === undefined ? estimateResourceMinutesLeft(resources) : undefined;
	const more = left === undefined ? '' : `, about ${left} min left`;
	const time = `${formatElapsedSeconds((now - runSince) / 1000)}${more}`;
	const count = total > 0 ? `${finished} of ${total}` : '';
	const timed: TextPiece = { text: time, role: 'dim' };
	const first = titleRows(screen, count, timed, width - getWidthInCells(time), theme);
	if (stopping === undefined) return first;
	const waited = formatElapsedSeconds((now - stopping.since) / 1000);
	const words = wrapSingleLine(`Stopping (${waited}): ${stopping.message}`, width - 2);
	return [
		...first,
		...truncateLines(words, 3, theme).map(
			(text, at): RowPieces => [
				{ text: `${at === 0 ? theme.glyphs.warning : ' '} ${text}`, role: 'warning' },
			],
		),
	];
}

/** One row if the bar fits, otherwise two. */
function titleRows(
	screen: ProgressScreen,
	count: string,
	time: TextPiece,
	room: number,
	theme: Theme,
): RowPieces[] {
	const title: TextPiece[] = [{ text: screen.title, role: 'strong' }, '   '];
	if (screen.total === 0) return [[...title, time]];
	const left = room - getWidthInCells(screen.title) - getWidthInCells(count) - 8;
	if (left >= SHORTEST_BAR) {
		return [[...title, ...barPieces(screen, left, theme), '  ', count, '   ', time]];
	}
	return [
		[...title, count],
		[...barPieces(screen, room - 2, theme), '  ', time],
	];
}

function barPieces({ finished, total }: ProgressScreen, room: number, theme: Theme): TextPiece[] {
	const { full, empty } = theme.glyphs;
	const length = Math.max(1, Math.min(LONGEST_BAR, room));
	// Full only when everything is done: the last resource is often the slowest.
	const done = Math.min(length, Math.floor((length * Math.min(finished, total)) / total));
	return [
		{ text: full.repeat(done), role: 'accent' },
		{ text: empty.repeat(length - done), role: 'dim' },
	];
}

/** Counts of done, pending and failed resources. */
function resourceCountRows(screen: ProgressScreen, { theme }: ProgressDrawContext): RowPieces[] {
	const { total, finished, failed, inFlight, activity } = screen;
	const working = inFlight.filter(({ action }) => action !== 'read').length;
	const waiting = Math.max(0, total - finished - failed - working);
	const { glyphs } = theme;
	const part = (count: number, text: string, role: TextRole): TextPiece[] =>
		count > 0 ? [{ text: `${text}   `, role }] : [];
	const pieces: TextPiece[] = [
		...part(finished, `${glyphs.done} ${finished} done`, 'done'),
		...part(waiting, `${glyphs.open} ${waiting} pending`, 'dim'),
		...part(failed, `${glyphs.failed} ${failed} failed`, 'failure'),
		// With nothing in progress, the activity is shown in the rows above.
		...(inFlight.length > 0 ? [{ text: activity, role: 'dim' as const }] : []),
	];
	return pieces.length === 0 ? [] : [pieces];
}

/** Terraform diagnostics in full, errors first. */
export function createDiagnosticRows(
	diagnostics: readonly Diagnostic[],
	width: number,
	theme: Theme,
): RowPieces[] {
	const errors = diagnostics.filter(({ severity }) => severity === 'error');
	const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
	return [...errors, ...warnings].flatMap(
		({ severity, summary, detail, address, range, snippet }) => {
			const role = severity === 'error' ? 'failure' : 'warning';
			const glyph = severity === 'error' ? theme.glyphs.failed : theme.glyphs.warning;
			const place = [address, range].filter((part) => part !== undefined).join('  ');
			const indented = (text = ''): RowPieces[] =>
				text.trim() === ''
					? []
					: wrapTextToRows(text.trim(), width, { mark: '  ', multiline: true });
			return [
				...wrapTextToRows(summary, width, { mark: `${glyph} `, role }),
				...indented(place),
				...indented(snippet),
				...indented(detail),
			];
		},
	);
}

const levels: Readonly<Record<MilestoneLevel, TextRole | undefined>> = {
	done: 'done',
	info: undefined,
	warning: 'warning',
};

const TIME = 9;
/** Longer milestones are cut; the log has the full text. */
const MILESTONE_ROWS = 3;

/** The latest milestones with the time since the run started. */
function milestoneRows(
	screen: ProgressScreen,
	maxRows: number,
	width: number,
	theme: Theme,
): RowPieces[] {
	const rows: RowPieces[] = [];
	for (const milestone of screen.milestones.toReversed()) {
		if (rows.length >= maxRows) break;
		const { at, event } = milestone;
		const { level, text } = getMilestoneLevelAndText(event);
		const step = 'step' in event ? event.step : undefined;
		const time = formatElapsedSeconds((at - screen.runSince) / 1000).padStart(TIME);
		const words = wrapSingleLine(step === undefined ? text : `${step}: ${text}`, width - TIME - 4);
		const lines = truncateLines(words, Math.min(MILESTONE_ROWS, maxRows - rows.length), theme);
		const role = level === 'warning' ? 'warning' : undefined;
		rows.unshift(
			...lines.map(
				(line, index): RowPieces => [
					{ text: `${index === 0 ? time : ' '.repeat(TIME)}  `, role: 'dim' },
					{ text: index === 0 ? `${markOf(level, theme)} ` : '  ', role: levels[level] },
					role === undefined ? line : { text: line, role },
				],
			),
		);
	}
	return rows;
}

function markOf(level: MilestoneLevel, { glyphs }: Theme): string {
	if (level === 'done') return glyphs.done;
	return level === 'warning' ? glyphs.warning : glyphs.dot;
}

/** The last lines of the log, or why there are none. */
function logRows(
	screen: ProgressScreen,
	lines: readonly string[],
	maxRows: number,
	theme: Theme,
): RowPieces[] {
	if (maxRows <= 0) return [];
	if (screen.log === undefined) return [[{ text: 'No log yet.', role: 'dim' }]];
	const shown = lines.slice(-Math.max(0, maxRows - 1));
	const { dash } = theme.glyphs;
	const empty: TextPiece[] = [{ text: 'The log is empty.', role: 'dim' }];
	const heading: TextPiece[] = [{ text: `${dash}${dash} log  ${screen.log}`, role: 'dim' }];
	return [
		heading,
		...(lines.length === 0 ? [empty] : shown.map((line): RowPieces => [line])),
	].slice(0, maxRows);
}

interface ProgressDrawContext {
	width: number;
	height: number;
	/** ms since the epoch. */
	now: number;
	theme: Theme;
	spinner: string;
}

/** Below this width the usual duration is left out. */
const NARROW = 56;

const actionPrefixes: Partial<Record<ResourceAction, string>> = {
	update: 'changing ',
	delete: 'destroying ',
	replace: 'replacing ',
	read: 'reading ',
};

/** The resources in progress, slowest first; the last row counts those that do not fit. */
function resourceInProgressRows(
	screen: ProgressScreen,
	resources: readonly ElapsedResource[],
	maxRows: number,
	context: ProgressDrawContext,
): RowPieces[] {
	const { now, theme, spinner, width } = context;
	const turning: TextPiece = { text: `${spinner} `, role: 'accent' };
	if (resources.length === 0) {
		const time = `   ${formatElapsedSeconds((now - screen.since) / 1000)}`;
		const text = truncateText(
			screen.activity || screen.title,
			Math.max(8, width - 2 - getWidthInCells(time)),
			theme,
		);
		return [[turning, text, { text: time, role: 'dim' }]];
	}
	const hidden = resources.length > maxRows ? resources.length - Math.max(1, maxRows - 1) : 0;
	const shown = resources.slice(0, resources.length - hidden);
	const names = shown.map(
		({ resource }) => `${actionPrefixes[resource.action] ?? ''}${resource.address}`,
	);
	const widest = Math.max(...names.map(getWidthInCells));
	const usual = shown.map(({ resource, late }) => usualWords(resource.usualSeconds, late));
	const beside = width < NARROW ? 0 : Math.max(...usual.map(getWidthInCells));
	// Addresses differ at both ends, so the usual duration gives way first.
	const room = Math.max(12, width - 2 - TIME - (beside > 0 ? beside + 3 : 0));
	const column = Math.min(widest, room);
	const rows = shown.map(
		({ seconds, late }, at): RowPieces => [
			turning,
			padOrTruncateText(names[at] ?? '', column, theme),
			formatElapsedSeconds(seconds).padStart(TIME),
			{
				text: beside === 0 || usual[at] === '' ? '' : `   ${usual[at]}`,
				role: late ? 'warning' : 'dim',
			},
		],
	);
	if (hidden === 0) return rows;
	return [...rows, [{ text: `  and ${hidden} more in progress`, role: 'dim' }]];
}

function usualWords(usual: readonly [number, number] | undefined, late: boolean): string {
	if (usual === undefined) return '';
	return late
		? `slow (usually ${formatUsualDuration(usual)})`
		: `usually ${formatUsualDuration(usual)}`;
}

interface ElapsedResource {
	resource: ResourceInProgress;
	seconds: number;
	/** Takes longer than usual. */
	late: boolean;
}

/** The resources in progress, slowest first. */
export function sortSlowestFirst(
	inFlight: readonly ResourceInProgress[],
	now: number,
): ElapsedResource[] {
	return inFlight
		.map((resource) => {
			const seconds = Math.max(0, (now - resource.since) / 1000);
			return {
				resource,
				seconds,
				late: resource.usualSeconds !== undefined && seconds > resource.usualSeconds[1],
			};
		})
		.sort((a, b) => b.seconds - a.seconds);
}

/**
 * Estimated minutes left; undefined when no usual time is known, when one is overdue, or when it is
 * a matter of seconds.
 */
export function estimateResourceMinutesLeft(
	resources: readonly ElapsedResource[],
): number | undefined {
	if (resources.some(({ late }) => late)) return undefined;
	const left = resources.flatMap(({ resource, seconds }) =>
		resource.usualSeconds === undefined ? [] : [resource.usualSeconds[1] - seconds],
	);
	const minutes = Math.round(Math.max(0, ...left) / 60);
	return minutes >= 1 ? minutes : undefined;
}
