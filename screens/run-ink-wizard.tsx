import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';
import {
	detectTerminalRecorders,
	readAncestorProcessNames,
} from '../source/wizard/detect-terminal-recorders.ts';
import { createTestIdleReporter } from '../source/wizard/test-idle-reports.ts';
import type { WizardController } from '../source/wizard/wizard-view-model.ts';
import { createAlternateScreen, syncAlternateScreen } from './parts/alternate-screen.ts';
import { createSystemClock } from './parts/clock.ts';
import { ScreenProviders } from './parts/providers.tsx';
import { createTheme } from './parts/theme.ts';
import { SuspendableWizard } from './wizard.tsx';

interface TerminalStreams {
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	stderr: NodeJS.WriteStream;
	env: Readonly<Record<string, string | undefined>>;
}

// Animations run at 10 frames a second; key presses need a faster redraw.
const MAX_FPS = 60;

/**
 * Draws the wizard until its guide ends, then restores the terminal: main screen and cursor shown,
 * raw mode and bracketed paste off, standard input paused.
 */
export async function runInkWizard(
	guide: WizardController,
	streams: TerminalStreams,
): Promise<void> {
	const { stdin, stdout, stderr, env } = streams;
	const theme = createTheme(env, { isTTY: stdout.isTTY === true });
	const secretScreen = createAlternateScreen(stdout);
	const marks = createTestIdleReporter(guide, streams, () => stdin.isRaw === true);
	const element: ReactNode = (
		<ScreenProviders
			theme={theme}
			clock={createSystemClock()}
			secretScreen={secretScreen}
			recorders={detectTerminalRecorders(env, readAncestorProcessNames(process.ppid))}
			onHandled={marks.handled}
		>
			<SuspendableWizard controller={guide} />
		</ScreenProviders>
	);
	const unfollow = syncAlternateScreen(guide, secretScreen, stdout, () => instance?.clear());
	let instance: Instance | undefined;
	instance = render(element, {
		stdin,
		stdout,
		stderr,
		exitOnCtrlC: false,
		patchConsole: false,
		interactive: true,
		maxFps: MAX_FPS,
		incrementalRendering: true,
		isScreenReaderEnabled: false,
		onRender: () => marks.touched(),
	});
	const exited = instance.waitUntilExit();
	try {
		// An error in a screen ends the rendering, while the guide would wait for keys forever.
		await Promise.race([guide.ended, exited.then(() => guide.ended)]);
	} finally {
		marks.end();
		instance.unmount();
		await exited.catch(() => {});
		instance.cleanup();
		unfollow();
		stdin.pause();
	}
}
