import type { FailureScreen } from '../../source/wizard/wizard-model.ts';
import { wrapSingleLine } from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';
import type { TextRow } from '../review/scroll-blocks.ts';

/** How a failure is presented, depending on who has to act. */
interface Tone {
	sign: string;
	role: TextRole;
	/** Text before the cause. */
	lead: string;
	/** Sentence after the cause. */
	after?: string;
}

function toneOf(screen: FailureScreen, theme: Theme): Tone {
	const { glyphs } = theme;
	const where = screen.stepTitle ?? 'The run';
	switch (screen.errorKind) {
		case 'yours':
			return { sign: glyphs.failed, role: 'failure', lead: `${where} stopped:` };
		case 'ours':
			return {
				sign: glyphs.failed,
				role: 'failure',
				lead: 'tfe-wizard failed:',
				after:
					screen.log === undefined
						? 'Your answers are saved.'
						: 'Your answers are saved. See the log below for details.',
			};
		case 'outside':
			return { sign: glyphs.failed, role: 'failure', lead: `${where} failed:` };
		case 'cancelled':
			return {
				sign: glyphs.open,
				role: 'strong',
				lead: '',
				after: 'Progress saved. Resume at any time.',
			};
	}
}

/** The cause as a sentence. */
export function failureCauseRows(screen: FailureScreen, width: number, theme: Theme): TextRow[] {
	const { sign, role, lead, after } = toneOf(screen, theme);
	const cause = [lead, screen.message].filter((text) => text !== '').join(' ');
	return [
		...wrapSingleLine(cause, width - 2).map(
			(text, at): TextRow => [
				at === 0 ? { text: `${sign} `, role } : '  ',
				{ text, role, bold: true },
			],
		),
		...(after === undefined
			? []
			: wrapSingleLine(after, width - 2).map((text): TextRow => ['  ', text])),
	];
}
