import type { ReactNode } from 'react';
import { KeyRoot } from './key-stack.tsx';
import { type Clock, ClockContext } from './now.ts';
import { type Theme, ThemeContext } from './theme.ts';

interface ProvidersProps {
	theme: Theme;
	clock: Clock;
	children: ReactNode;
}

/** What every screen stands on: the look, the time, the keys. */
export function Providers({ theme, clock, children }: ProvidersProps): ReactNode {
	return (
		<ThemeContext value={theme}>
			<ClockContext value={clock}>
				<KeyRoot>{children}</KeyRoot>
			</ClockContext>
		</ThemeContext>
	);
}
