import type { FailureScreen } from '../../source/engine/guide/model.ts';
import { wrapLines } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';
import type { Row } from '../review/blocks.ts';

/** How a failure is presented, depending on who has to act. */
interface Tone {
	sign: string;
	role: Role;
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
export function causeRows(screen: FailureScreen, width: number, theme: Theme): Row[] {
	const { sign, role, lead, after } = toneOf(screen, theme);
	const cause = [lead, screen.message].filter((text) => text !== '').join(' ');
	return [
		...wrapLines(cause, width - 2).map(
			(text, at): Row => [at === 0 ? { text: `${sign} `, role } : '  ', { text, role, bold: true }],
		),
		...(after === undefined ? [] : wrapLines(after, width - 2).map((text): Row => ['  ', text])),
	];
}
