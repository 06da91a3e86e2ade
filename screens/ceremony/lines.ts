import type { Action } from '../../source/engine/guide/model.ts';
import type { Recorder } from '../../source/engine/recorders.ts';
import { type Piece, wrapLines } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';

/** Rows of a screen. */
export type Rows = Piece[][];

/** What every moment's view is given. */
export interface MomentProps<M> {
	moment: M;
	/** Why the last reply was not taken. */
	problem?: string;
	act(action: Action): void;
}

/** A text in as many rows as it takes; rows after the first stand below the text. */
export function wrappedRows(
	text: string,
	width: number,
	{ mark = '', role }: { mark?: string; role?: Role } = {},
): Rows {
	const hanging = ' '.repeat(mark.length);
	return wrapLines(text, width - mark.length).map((line, at): Piece[] => [
		{ text: `${at === 0 ? mark : hanging}${line}`, ...(role && { role }) },
	]);
}

export const problemRows = (problem: string | undefined, width: number, { glyphs }: Theme): Rows =>
	problem === undefined
		? []
		: wrappedRows(`${problem}.`.replace(/([.!?])\.$/, '$1'), width, {
				mark: `${glyphs.failed} `,
				role: 'failure',
			});

export const warningRows = (warnings: readonly string[], width: number, { glyphs }: Theme): Rows =>
	warnings.flatMap((warning) =>
		wrappedRows(warning, width, { mark: `${glyphs.warning} `, role: 'warning' }),
	);

export const recorderRows = (recorders: readonly Recorder[], width: number, theme: Theme): Rows =>
	warningRows(
		recorders.map(({ what, advice }) => `${what} ${advice}`),
		width,
		theme,
	);
