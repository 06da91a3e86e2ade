import type { VaultCliContext } from './cli-types.ts';
import { ApiRequestError } from './http-client.ts';

export const FORMAT_FLAG = { format: 'table' };

/** Reports a failed request after the attempted action. Other errors are rethrown. */
export function reportModernFailure(
	{ output }: VaultCliContext,
	doing: string,
	error: unknown,
	code = 2,
): number {
	if (!(error instanceof ApiRequestError)) throw error;
	output.error(`${doing}: ${error.message}`);
	return code;
}

/** Formats a table of names and values with a header. Empty values are `n/a`. */
export function formatTable(
	rows: readonly (readonly [string, string | number | boolean])[],
): string {
	const all = [
		['Key', 'Value'],
		['---', '-----'],
		...rows.map(([name, value]) => [name, `${value}`]),
	];
	const width = Math.max(...all.map(([name = '']) => name.length));
	return all.map(([name = '', value]) => `${name.padEnd(width)}    ${value || 'n/a'}`).join('\n');
}

export const formatJson = (body: unknown): string => JSON.stringify(body, undefined, 2);
