import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { createCommandContext } from '../../source/commands/run-command-line.ts';
import { WizardApp, type WizardAppOptions } from '../../source/wizard/wizard-app.ts';
import type { WizardScreen, WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { safetyDeadline } from '../helpers/wait-for.ts';

/** A guide without a screen, as the command line `tfe-wizard wizard ARGV` creates it. */
export function openGuide(
	home: string,
	argv: readonly string[],
	more: Partial<WizardAppOptions> = {},
): WizardApp {
	const context = createCommandContext(parseCommandLine(['wizard', '--home', home, ...argv]));
	const session = context.flag('session');
	return new WizardApp(context, {
		practice: context.on('practice'),
		...(session === undefined ? {} : { session }),
		...more,
	});
}

type ScreenOf<K extends WizardScreen['kind']> = Extract<WizardScreen, { kind: K }>;

/** Waits until the guide shows what is wanted; fails with what it shows instead. */
export function shows<K extends WizardScreen['kind']>(
	guide: WizardApp,
	kind: K,
	accept: (screen: ScreenOf<K>, model: WizardViewModel) => boolean = () => true,
): Promise<ScreenOf<K>> {
	return new Promise((resolve, reject) => {
		const cancelDeadline = safetyDeadline(() => {
			stop();
			reject(new Error(`no ${kind}: ${JSON.stringify(guide.model().screen).slice(0, 2000)}`));
		});
		const look = () => {
			const model = guide.model();
			const screen = model.screen as ScreenOf<K>;
			if (screen.kind === 'failure' && kind !== 'failure') {
				cancelDeadline();
				stop();
				reject(new Error(`failed: ${JSON.stringify(screen)}`));
			}
			if (screen.kind !== kind || !accept(screen, model)) return;
			cancelDeadline();
			stop();
			resolve(screen);
		};
		const stop = guide.subscribe(look);
		look();
	});
}

/** Answers by question. */
export type Typed = Readonly<Record<string, unknown>>;

/**
 * Goes on to the review with the suggested answers, but for `typed`.
 *
 * @param see Called with each screen before it is answered.
 * @returns The screens on the way: the key of a question, `STEP+` for details, `STEP!` for checks.
 */
export async function answerAll(
	guide: WizardApp,
	typed: Typed = {},
	see: (place: string) => void | Promise<void> = () => {},
): Promise<string[]> {
	const places: string[] = [];
	for (;;) {
		const { screen } = guide.model();
		if (screen.kind === 'review') return places;
		const place = placeOf(screen);
		places.push(place);
		await see(place);
		if (screen.kind === 'question') {
			guide.act({ type: 'answer', value: place in typed ? typed[place] : screen.value });
			const after = guide.model().screen;
			if (after.kind === 'question' && after.key === place)
				throw new Error(`not accepted: ${JSON.stringify(after)}`);
		} else {
			if (screen.kind === 'checks') await shows(guide, 'checks', ({ canContinue }) => canContinue);
			guide.act({ type: 'on' });
		}
	}
}

/** Which screen of the questions this is. */
export function placeOf(screen: WizardScreen): string {
	if (screen.kind === 'question') return screen.key;
	if (screen.kind === 'details') return `${screen.step}+`;
	if (screen.kind === 'checks') return `${screen.step}!`;
	throw new Error(`stuck at ${JSON.stringify(screen)}`);
}

/** Leaves as ctrl-c does, from anywhere but a run. */
export async function leave(guide: WizardApp): Promise<number> {
	guide.act({ type: 'interrupt' });
	return (await guide.ended).exitCode;
}
