import { escapeLine } from '../engine/terminal-escape.ts';

/** "3 min 28 s"; below ten seconds with one decimal. */
export function formatDuration(seconds: number): string {
	if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "8 to 14 min", from seconds. */
export function formatUsualDuration([least, most]: readonly [number, number]): string {
	if (most < 120) return `${least} to ${most} s`;
	return `${Math.max(1, Math.round(least / 60))} to ${Math.round(most / 60)} min`;
}

/** Formats a value on one line. */
export function formatInline(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) return value.map(formatInline).join(', ');
	return JSON.stringify(value);
}

/** Formats rows of two columns, with the second column aligned. */
export function alignColumns(
	rows: readonly (readonly [string, string])[],
	indent = '  ',
): string[] {
	const shown = rows.map(([name, text]) => [escapeLine(name), text] as const);
	const width = Math.max(0, ...shown.map(([name]) => name.length));
	return shown.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}`.trimEnd());
}
