import type { TerminalRecorder } from '../../source/engine/terminal-recorders.ts';
import type { WizardAction } from '../../source/wizard/wizard-model.ts';
import { type TextPiece, wrapSingleLine } from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';

export type CeremonyRows = TextPiece[][];

/** Props of every prompt view. */
export interface PromptProps<M> {
	moment: M;
	/** Why the last reply was rejected. */
	problem?: string;
	act(action: WizardAction): void;
}

/** Wraps a text; continuation rows are indented by the mark. */
export function wrapRows(
	text: string,
	width: number,
	{ mark = '', role }: { mark?: string; role?: TextRole } = {},
): CeremonyRows {
	const hanging = ' '.repeat(mark.length);
	return wrapSingleLine(text, width - mark.length).map((line, at): TextPiece[] => [
		{ text: `${at === 0 ? mark : hanging}${line}`, ...(role && { role }) },
	]);
}

export const problemRows = (
	problem: string | undefined,
	width: number,
	{ glyphs }: Theme,
): CeremonyRows =>
	problem === undefined
		? []
		: wrapRows(`${problem}.`.replace(/([.!?])\.$/, '$1'), width, {
				mark: `${glyphs.failed} `,
				role: 'failure',
			});

export const warningRows = (
	warnings: readonly string[],
	width: number,
	{ glyphs }: Theme,
): CeremonyRows =>
	warnings.flatMap((warning) =>
		wrapRows(warning, width, { mark: `${glyphs.warning} `, role: 'warning' }),
	);

export const recorderRows = (
	recorders: readonly TerminalRecorder[],
	width: number,
	theme: Theme,
): CeremonyRows =>
	warningRows(
		recorders.map(({ what, advice }) => `${what} ${advice}`),
		width,
		theme,
	);
