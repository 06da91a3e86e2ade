import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { isValidElement, type ReactNode } from 'react';
import stringWidth from 'string-width';
import { expect } from 'vitest';
import { createAlternateScreen } from '../../screens/parts/alternate-screen.ts';
import type { Clock } from '../../screens/parts/clock.ts';
import { getFrameLayout } from '../../screens/parts/frame.tsx';
import { ScreenProviders } from '../../screens/parts/providers.tsx';
import { BodySizeContext } from '../../screens/parts/terminal-and-body-size.ts';
import { createTheme } from '../../screens/parts/theme.ts';
import type { DetectedRecorder } from '../../source/wizard/detect-terminal-recorders.ts';
import type { WizardController, WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { FakeStdin, FakeStdout, getKeyBytes, toBracketedPaste } from './fake-terminal.ts';
import { createFakeWizard } from './fake-wizard.ts';
import { createFixedClock } from './fixed-clock.ts';
import { waitFor as waitForFact } from './wait-for.ts';

export interface RenderScreenOptions {
	columns?: number;
	rows?: number;
	env?: Readonly<Record<string, string | undefined>>;
	/** The fixed time of the clock, in ms since the epoch. */
	now?: number;
	clock?: Clock;
	/** The guide of a model; a fake guide when not given. */
	guide?: WizardController;
	recorders?: readonly DetectedRecorder[];
}

export interface RenderedScreen {
	/** The lines on screen now, without colours. */
	frame(): string[];
	/** The same with colours. */
	coloured(): string[];
	/** All frames so far, coloured. */
	frames(): string[];
	/** Presses keys by name (`enter`, `down`, see `KeyName`) or types text, and waits until drawn. */
	press(...keys: string[]): Promise<void>;
	paste(text: string): Promise<void>;
	/** Waits for a text, or for a condition on the lines. */
	waitFor(wanted: string | RegExp | ((lines: string[]) => boolean)): Promise<string[]>;
	resize(columns: number, rows: number): Promise<void>;
	rerender(element: ReactNode): Promise<void>;
	unmount(): void;
	stdin: FakeStdin;
	stdout: FakeStdout;
}

const UTF8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };
const mounted = new Set<() => void>();

/** Unmounts all screens; for `afterEach`. */
export function unmountAll(): void {
	for (const unmount of [...mounted]) unmount();
}

/** Lets React finish pending rendering. */
export async function flushReact(turns = 8): Promise<void> {
	for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
}

/** The size of the body within a frame of this size. */
export const getBodySize = (columns: number, rows: number) =>
	getFrameLayout({ columns, rows }, [{ id: 'a', title: 'Preflight', state: 'current' }]).body;

async function elementOf(
	what: ReactNode | WizardViewModel,
	guide: WizardController | undefined,
	size: { columns: number; rows: number },
): Promise<ReactNode> {
	if (isValidElement(what) || what === null || typeof what !== 'object' || !('screen' in what)) {
		const body = getBodySize(size.columns, size.rows);
		return <BodySizeContext value={body}>{what as ReactNode}</BodySizeContext>;
	}
	const { Wizard } = await import('../../screens/wizard.tsx');
	return <Wizard controller={guide ?? createFakeWizard(what)} suspend={() => {}} />;
}

/**
 * Renders an element, or a model in the whole wizard, on a fake terminal. An element gets the body
 * size that it would have within the frame.
 */
export async function renderScreen(
	what: ReactNode | WizardViewModel,
	options: RenderScreenOptions = {},
): Promise<RenderedScreen> {
	const { columns = 80, rows = 24, env = UTF8, now = 0 } = options;
	const stdin = new FakeStdin();
	const stdout = new FakeStdout(columns, rows);
	const theme = createTheme(env, { isTTY: true });
	const clock = options.clock ?? createFixedClock(now);
	const secretScreen = createAlternateScreen(stdout as unknown as NodeJS.WriteStream);
	secretScreen.enter();
	const { recorders = [] } = options;
	const wrap = (element: ReactNode) => (
		<ScreenProviders theme={theme} clock={clock} secretScreen={secretScreen} recorders={recorders}>
			{element}
		</ScreenProviders>
	);
	const instance = render(wrap(await elementOf(what, options.guide, { columns, rows })), {
		stdin: stdin as unknown as NodeJS.ReadStream,
		stdout: stdout as unknown as NodeJS.WriteStream,
		stderr: stdout as unknown as NodeJS.WriteStream,
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
		interactive: true,
	});
	const coloured = () => (stdout.frames().at(-1) ?? '').replace(/\n$/, '').split('\n');
	const frame = () => coloured().map((line) => stripVTControlCharacters(line));
	const unmount = () => {
		mounted.delete(unmount);
		instance.unmount();
	};
	mounted.add(unmount);
	const send = async (bytes: string) => {
		stdin.write(bytes);
		// Keys of one chunk are delivered one at a time, each taking a few turns.
		await flushReact(8 + 4 * bytes.length);
	};
	await flushReact();
	return {
		stdin,
		stdout,
		frame,
		coloured,
		frames: () => stdout.frames(),
		async press(...keys) {
			for (const key of keys) await send(getKeyBytes(key));
		},
		paste: (text) => send(toBracketedPaste(text)),
		async resize(toColumns, toRows) {
			stdout.resize(toColumns, toRows);
			await flushReact();
		},
		async rerender(element) {
			const body = getBodySize(stdout.columns, stdout.rows);
			instance.rerender(wrap(<BodySizeContext value={body}>{element}</BodySizeContext>));
			await flushReact();
		},
		async waitFor(wanted) {
			const holds = () => {
				const lines = frame();
				if (typeof wanted === 'function') return wanted(lines);
				const text = lines.join('\n');
				return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
			};
			await waitForFact(`${wanted} on screen`, holds).catch((error: Error) => {
				throw new Error(`${error.message}\n${frame().join('\n')}`);
			});
			return frame();
		},
		unmount,
	};
}

/** Fails when a frame is taller than the terminal less one row, or wider than it. */
export function expectToFit(lines: readonly string[], columns: number, rows: number): void {
	expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(rows - 1);
	for (const line of lines) {
		expect(stringWidth(line), `too wide: ${line}`).toBeLessThanOrEqual(columns);
	}
}
