import type { DetailItem, GuideModel, TicketLine } from '../../engine/guide/model.ts';
import { act, type Heard, say } from './heard.ts';
import { itemsOf } from './say-begin.ts';

interface Place {
	key: string;
	label: string;
}

/** All answers that `go` can reach. */
function placesOf({ ticket, screen }: GuideModel): Place[] {
	const items: readonly DetailItem[] = screen.kind === 'details' ? itemsOf(screen) : [];
	const problems =
		screen.kind === 'review' ? screen.problems.map(({ key }) => ({ key, label: key })) : [];
	const lines = ticket.flatMap((step) => step.lines);
	const places = [...lines, ...items, ...problems];
	return places.filter(({ key }, index) => places.findIndex((one) => one.key === key) === index);
}

/** Goes to the answer that a name identifies by its key or label. */
export function goTo(model: GuideModel, name: string): Heard {
	if (name === '') return { say: ticketLines(model) };
	const found = placesNamed(placesOf(model), name);
	const [only] = found;
	if (only === undefined) return say(`No answer matches ${name}. Type go to list all answers.`);
	if (found.length === 1) return act({ type: 'go', key: only.key });
	return say(
		`${found.length} answers match; type go and one of these names:`,
		...found.map(({ key, label }) => `  ${key}: ${label}`),
	);
}

/** Finds the answers that match a name; one if it is a key or the end of a key. */
export function placesNamed<P extends Place>(places: readonly P[], name: string): P[] {
	const sought = name.toLowerCase();
	const exact = places.filter(
		({ key, label }) => key.toLowerCase() === sought || label.toLowerCase() === sought,
	);
	if (exact.length > 0) return exact;
	const ends = places.filter(({ key }) => key.toLowerCase().endsWith(`.${sought}`));
	if (ends.length === 1) return ends;
	return places.filter(({ key, label }) => `${key} ${label}`.toLowerCase().includes(sought));
}

/** Renders all answers so far, by step. */
export function ticketLines({ ticket }: GuideModel): string[] {
	const steps = ticket.filter(({ lines }) => lines.length > 0);
	if (steps.length === 0) return ['No answers yet.'];
	return steps.flatMap(({ title, lines }) => [`${title}:`, ...lines.map(answerLine)]);
}

function answerLine({ key, label, value, source }: TicketLine): string {
	return `  ${label} (${key}): ${value}${source === 'given' ? '' : `, ${source}`}`;
}
