import type { ReactNode } from 'react';
import { ChecksView } from '../../../screens/checks-screen.tsx';
import { DoneView } from '../../../screens/done-screen.tsx';
import { FailureView } from '../../../screens/failure-screen.tsx';
import { Frame, getFrameLayout } from '../../../screens/parts/frame.tsx';
import { ReviewView } from '../../../screens/review-screen.tsx';
import type { WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
import { createFakeWizard, type FakeWizard } from '../../helpers/fake-wizard.ts';
import { type RenderedScreen, renderScreen } from '../../helpers/render-screen.tsx';
import { MODEL_TIME, screenModels } from '../screen-models.ts';

/** The sizes at which every screen must be correct. */
export const TERMINAL_SIZES = [
	[80, 24],
	[120, 40],
	[60, 20],
] as const;

function viewOf({ screen }: WizardViewModel, guide: FakeWizard): ReactNode {
	switch (screen.kind) {
		case 'checks':
			return <ChecksView screen={screen} controller={guide} />;
		case 'review':
			return <ReviewView screen={screen} controller={guide} />;
		case 'failure':
			return <FailureView screen={screen} controller={guide} />;
		case 'done':
			return <DoneView screen={screen} controller={guide} />;
		default:
			throw new Error(`unexpected screen ${screen.kind}`);
	}
}

export interface FramedScreen extends RenderedScreen {
	guide: FakeWizard;
	/** The lines without the list of steps beside them on wide terminals. */
	body(): string[];
}

/** A model in its frame, as it is on screen. */
export async function renderFramed(
	model: WizardViewModel,
	[columns, rows]: readonly [number, number] = [80, 24],
	env?: Record<string, string>,
): Promise<FramedScreen> {
	const guide = createFakeWizard(model);
	const framed = (
		<Frame header={model.header} stepper={model.stepper} keys={['help', 'interrupt']}>
			{viewOf(model, guide)}
		</Frame>
	);
	const rendered = await renderScreen(framed, {
		columns,
		rows,
		now: MODEL_TIME,
		...(env && { env }),
	});
	// One cell of margin, and two between the stepper and the body.
	const { stepperWidth } = getFrameLayout({ columns, rows }, model.stepper);
	const body = () =>
		rendered.frame().map((line) => line.slice(stepperWidth === 0 ? 1 : stepperWidth + 3));
	return { ...rendered, guide, body };
}

/** All text on screen as one line, as before wrapping. */
export const joinLines = (lines: readonly string[]): string =>
	lines
		.map((line) => line.trim())
		.join(' ')
		.replace(/\s+/g, ' ');

/** The same without whitespace, which rejoins words broken over two rows. */
export const joinWithoutWhitespace = (lines: readonly string[]): string =>
	lines.join('').replace(/\s+/g, '');

/** Presses a key until the screen no longer changes, and returns every line seen. */
export async function scrollToEnd(rendered: FramedScreen, key: string): Promise<string[]> {
	const seen: string[] = [...rendered.body()];
	for (let press = 0; press < 60; press++) {
		const before = rendered.frame().join('\n');
		await rendered.press(key);
		if (rendered.frame().join('\n') === before) return seen;
		seen.push(...rendered.body());
	}
	throw new Error(`${key} kept changing the screen`);
}

/** Names of the models of a kind. */
export const getModelNames = (kind: string): string[] =>
	Object.entries(screenModels).flatMap(([name, { screen }]) =>
		screen.kind === kind ? [name] : [],
	);
