import { createContext, type ReactNode, use, useLayoutEffect } from 'react';
import type { DetectedTerminalRecorder } from '../../source/wizard/detect-terminal-recorders.ts';
import { type AlternateScreen, AlternateScreenContext } from './alternate-screen.ts';
import { type Clock, ClockContext } from './clock.ts';
import { KeyInputProvider } from './key-handlers.tsx';
import { type Theme, ThemeContext } from './theme.ts';

interface ProvidersProps {
	theme: Theme;
	clock: Clock;
	/** Where shares are painted. */
	secretScreen: AlternateScreen;
	/** Programs around this terminal that may record what it shows. */
	recorders: readonly DetectedTerminalRecorder[];
	/** Called after each key or paste was handled. */
	onHandled?: (() => void) | undefined;
	children: ReactNode;
}

/** The contexts that every screen needs: theme, clock, keys and the secret screen. */
export function ScreenProviders(props: ProvidersProps): ReactNode {
	const { theme, clock, secretScreen, recorders, onHandled, children } = props;
	// Ink also unmounts when a signal ends the process; this is the last chance to clear the screen.
	useLayoutEffect(() => () => secretScreen.leave(), [secretScreen]);
	return (
		<AlternateScreenContext value={secretScreen}>
			<ThemeContext value={theme}>
				<ClockContext value={clock}>
					<TerminalRecordersContext value={recorders}>
						<KeyInputProvider onHandled={onHandled}>{children}</KeyInputProvider>
					</TerminalRecordersContext>
				</ClockContext>
			</ThemeContext>
		</AlternateScreenContext>
	);
}

const TerminalRecordersContext = createContext<readonly DetectedTerminalRecorder[]>([]);

/** Programs around this terminal that may record what it shows. */
export const useDetectedRecorders = (): readonly DetectedTerminalRecorder[] =>
	use(TerminalRecordersContext);
