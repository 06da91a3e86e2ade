import type { Action } from '../../source/engine/guide/model.ts';
import type { Recorder } from '../../source/engine/recorders.ts';
import { type Piece, wrapLines } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';

export type Rows = Piece[][];

/** Props of every prompt view. */
export interface MomentProps<M> {
	moment: M;
	/** Why the last reply was rejected. */
	problem?: string;
	act(action: Action): void;
}

/** Wraps a text; continuation rows are indented by the mark. */
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
