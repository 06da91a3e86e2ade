import { SAMPLE_SHARES } from '../models/ceremony.ts';

const groupsOf = (share: string): string[] => share.match(/.{4}/g) ?? [];

/** Indexes of the shares of which any group is in a text. */
export const findShares = (text: string): number[] =>
	SAMPLE_SHARES.flatMap((share, at) =>
		groupsOf(share).some((group) => text.includes(group)) ? [at] : [],
	);

/** Painted texts with their positions; rows and columns count from 1. */
export const parsePaintedText = (
	painted: string,
): { row: number; column: number; text: string }[] =>
	painted.split('\u001B').flatMap((part) => {
		const [, row, column, text = ''] = /^\[(\d+);(\d+)H(.*)$/.exec(part) ?? [];
		return row === undefined ? [] : [{ row: Number(row), column: Number(column), text }];
	});
