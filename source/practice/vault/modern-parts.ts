import { ClientError } from './client.ts';
import type { CommandContext } from './command.ts';

export const FORMAT = { format: 'table' };

/** Reports a failed request after the attempted action. Other errors are rethrown. */
export function refused(
	{ output }: CommandContext,
	doing: string,
	error: unknown,
	code = 2,
): number {
	if (!(error instanceof ClientError)) throw error;
	output.error(`${doing}: ${error.message}`);
	return code;
}

/** Formats a table of names and values with a header. Empty values are `n/a`. */
export function table(rows: readonly (readonly [string, string | number | boolean])[]): string {
	const all = [
		['Key', 'Value'],
		['---', '-----'],
		...rows.map(([name, value]) => [name, `${value}`]),
	];
	const width = Math.max(...all.map(([name = '']) => name.length));
	return all.map(([name = '', value]) => `${name.padEnd(width)}    ${value || 'n/a'}`).join('\n');
}

export const json = (body: unknown): string => JSON.stringify(body, undefined, 2);
