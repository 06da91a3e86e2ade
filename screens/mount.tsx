import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';
import type { Guide } from '../source/engine/guide/model.ts';
import { readyMarks } from '../source/engine/guide/ready-marks.ts';
import { ancestorsOf, recorders } from '../source/engine/recorders.ts';
import { followSecrets } from './ceremony/secret-terminal.ts';
import { systemClock } from './parts/now.ts';
import { Providers } from './parts/providers.tsx';
import { secretScreenOn } from './parts/secret-screen.ts';
import { themeOf } from './parts/theme.ts';
import { SuspendingWizard } from './suspend.tsx';

export interface WizardStreams {
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
export async function mountWizard(guide: Guide, streams: WizardStreams): Promise<void> {
	const { stdin, stdout, stderr, env } = streams;
	const theme = themeOf(env, { isTTY: stdout.isTTY === true });
	const secretScreen = secretScreenOn(stdout);
	const marks = readyMarks(guide, streams, () => stdin.isRaw === true);
	const element: ReactNode = (
		<Providers
			theme={theme}
			clock={systemClock()}
			secretScreen={secretScreen}
			recorders={recorders(env, ancestorsOf(process.ppid))}
			onHandled={marks.handled}
		>
			<SuspendingWizard guide={guide} />
		</Providers>
	);
	const unfollow = followSecrets(guide, secretScreen, stdout, () => instance?.clear());
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
