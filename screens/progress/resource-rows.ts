import type { ResourceAction } from '../../source/engine/events.ts';
import { formatUsualDuration } from '../../source/reporters/format.ts';
import type { ProgressScreen, ResourceInProgress } from '../../source/wizard/wizard-model.ts';
import {
	formatElapsedSeconds,
	getCellWidth,
	padText,
	type TextPiece,
	type TextRow,
	truncateText,
} from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';

export interface ProgressDrawContext {
	width: number;
	height: number;
	/** ms since the epoch. */
	now: number;
	theme: Theme;
	spinner: string;
}

/** Width of the elapsed time. */
const TIME = 9;
/** Below this width the usual duration is left out. */
const NARROW = 56;

const doing: Partial<Record<ResourceAction, string>> = {
	update: 'changing ',
	delete: 'destroying ',
	replace: 'replacing ',
	read: 'reading ',
};

/** The resources in progress, slowest first; the last row counts those that do not fit. */
export function resourceInProgressRows(
	screen: ProgressScreen,
	resources: readonly ElapsedResource[],
	maxRows: number,
	context: ProgressDrawContext,
): TextRow[] {
	const { now, theme, spinner, width } = context;
	const turning: TextPiece = { text: `${spinner} `, role: 'accent' };
	if (resources.length === 0) {
		const time = `   ${formatElapsedSeconds((now - screen.since) / 1000)}`;
		const text = truncateText(
			screen.activity || screen.title,
			Math.max(8, width - 2 - getCellWidth(time)),
			theme,
		);
		return [[turning, text, { text: time, role: 'dim' }]];
	}
	const hidden = resources.length > maxRows ? resources.length - Math.max(1, maxRows - 1) : 0;
	const shown = resources.slice(0, resources.length - hidden);
	const names = shown.map(({ resource }) => `${doing[resource.action] ?? ''}${resource.address}`);
	const widest = Math.max(...names.map(getCellWidth));
	const usual = shown.map(({ resource, late }) => usualWords(resource.usualSeconds, late));
	const beside = width < NARROW ? 0 : Math.max(...usual.map(getCellWidth));
	// Addresses differ at both ends, so the usual duration gives way first.
	const room = Math.max(12, width - 2 - TIME - (beside > 0 ? beside + 3 : 0));
	const column = Math.min(widest, room);
	const rows = shown.map(
		({ seconds, late }, at): TextRow => [
			turning,
			padText(names[at] ?? '', column, theme),
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

export interface ElapsedResource {
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
