import { type Asking, type AskingFrame, resolvedOf } from '../../engine/guide/asking.ts';
import type { Header, TicketLine, TicketStep } from '../../engine/guide/model.ts';
import { askedQuestions, detailsOf, isFolded } from '../../engine/guide/stops.ts';
import type { Answers } from '../../engine/question.ts';
import type { Session } from '../../engine/session/session.ts';
import { valueWords } from './value-words.ts';

/** All answers so far, by step. */
export function ticketOf(asking: Asking, frame: AskingFrame): TicketStep[] {
	const { answers, sources } = resolvedOf(asking, frame);
	const asked = askedQuestions(frame.catalogue, answers);
	return frame.catalogue.steps.map(({ id, title }) => ({
		id,
		title,
		lines: asked
			.filter(({ step, key }) => step === id && answers[key] !== undefined)
			.map((question): TicketLine => {
				const { key, label, group } = question;
				const folded = isFolded(question, answers);
				return {
					key,
					label: shortLabel(label),
					value: valueWords(question, answers[key]),
					source: sources[key] === 'file' ? 'given' : (sources[key] ?? 'default'),
					confirmed: asking.passed.includes(folded ? detailsOf(id) : key),
					...(folded && group !== undefined ? { group } : {}),
				};
			}),
	}));
}

/** Removes the final punctuation of a label, for display next to its answer. */
function shortLabel(label: string): string {
	return label.replace(/\s*[?:.]\s*$/, '');
}

/** Session, account and region for the header. */
export function headerOf({ name, record }: Session, { account, region }: Answers): Header {
	return {
		session: name,
		...(typeof account === 'string' ? { account } : {}),
		...(typeof region === 'string' ? { region } : {}),
		practice: record.practice,
	};
}
