import fc from 'fast-check';
import { Text } from 'ink';
import { afterEach, describe, expect, it } from 'vitest';
import { createSystemClock, useCurrentTime, useSpinner } from '../../../screens/parts/clock.ts';
import { createHeaderLine, getFrameLayout } from '../../../screens/parts/frame.tsx';
import { createStepperLine } from '../../../screens/parts/stepper.ts';
import { getWidthInCells, type TextPiece } from '../../../screens/parts/styled-text.tsx';
import { createTheme } from '../../../screens/parts/theme.ts';
import type { StepperStep } from '../../../source/wizard/wizard-view-model.ts';
import { createFixedClock } from '../../helpers/fixed-clock.ts';
import { renderScreen, unmountAll } from '../../helpers/render-screen.tsx';

afterEach(unmountAll);

const theme = createTheme({ LANG: 'C.UTF-8' }, { isTTY: true });
const textOf = (pieces: readonly TextPiece[]) =>
	pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
const titles = ['Preflight', 'Network', 'Access', 'State', 'Settings', 'Install', 'Bootstrap'];
const railAt = (here: number): StepperStep[] =>
	titles.map((title, at) => ({
		id: title,
		title,
		state: at < here ? 'done' : at === here ? 'current' : 'open',
	}));

describe('the list of steps as a line', () => {
	it('is complete when there is room', () => {
		expect(textOf(createStepperLine(railAt(1), 120, theme))).toBe(
			'✓ Preflight ─ ● Network ─ ○ Access ─ ○ State ─ ○ Settings ─ ○ Install ─ ○ Bootstrap  2/7',
		);
	});

	it('always fits and shows the current step and its number', () => {
		fc.assert(
			fc.property(fc.nat(6), fc.integer({ min: 30, max: 120 }), (here, width) => {
				const line = textOf(createStepperLine(railAt(here), width, theme));
				expect(getWidthInCells(line)).toBeLessThanOrEqual(width);
				expect(line).toContain(`● ${titles[here]}`);
				expect(line).toContain(`${here + 1}/7`);
			}),
		);
	});

	it('marks a failed step with its own sign', () => {
		const steps = railAt(2).map((step) =>
			step.id === 'Access' ? { ...step, state: 'failed' as const } : step,
		);
		expect(textOf(createStepperLine(steps, 120, theme))).toContain('✗ Access');
	});
});

it('cuts the session name before account and region', () => {
	const header = {
		session: 'a-very-long-session-name',
		account: '123456789012',
		region: 'us-west-2',
		practice: true,
	};
	const line = textOf(createHeaderLine(header, 60, theme));
	expect(line).toMatch(/^tfe-wizard {2}a-very.*… · 123456789012 · us-west-2 {2}PRACTICE$/);
	expect(getWidthInCells(line)).toBeLessThanOrEqual(60);
});

it('gives the body all the space the frame does not need, at every size', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 40, max: 300 }),
			fc.integer({ min: 20, max: 100 }),
			(columns, rows) => {
				const { body, airy, stepperWidth, tooSmall } = getFrameLayout({ columns, rows }, railAt(0));
				expect(tooSmall).toBe(false);
				const used = body.height + 3 + (stepperWidth > 0 ? 0 : 1) + Number(airy);
				expect(used).toBe(rows - 1);
				expect(body.width + stepperWidth).toBeLessThan(columns - 1);
			},
		),
	);
});

describe('the time', () => {
	function Time() {
		return <Text>{`${useCurrentTime()} ${useSpinner().spinner}`}</Text>;
	}

	it('follows the clock', async () => {
		const clock = createFixedClock(1000);
		const screen = await renderScreen(<Time />, { clock });
		await screen.waitFor('1000 ⠋');
		clock.set(1100);
		await screen.waitFor('1000 ⠙');
		clock.set(2050);
		await screen.waitFor('2050 ⠋');
	});

	it('ticks only while there is a subscriber', () => {
		let time = 0;
		const clock = createSystemClock(() => time);
		const leave = clock.subscribe(() => {});
		time = 5;
		expect(clock.now()).toBe(0);
		leave();
		expect(clock.now()).toBe(5);
		expect(process.getActiveResourcesInfo().filter((name) => name === 'Interval')).toEqual([]);
	});
});
