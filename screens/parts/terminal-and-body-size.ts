import { useWindowSize } from 'ink';
import { createContext, use } from 'react';
import type { WizardController } from '../../source/wizard/wizard-view-model.ts';

/** Props of every screen. */
export interface ScreenProps<Screen> {
	screen: Screen;
	controller: WizardController;
}

interface BodySize {
	width: number;
	height: number;
}

export const BodySizeContext = createContext<BodySize | undefined>(undefined);

/** The terminal size, updated on resize. */
export const useTerminalSize = (): { columns: number; rows: number } => useWindowSize();

/** From this width on, the steps are on the left and help on the right. */
export const WIDE_COLUMNS = 100;

/** The widths of a screen with an aside on its right, which only a wide terminal has. */
export function useAsideLayout() {
	const body = useBodySize();
	const wide = useTerminalSize().columns >= WIDE_COLUMNS;
	const aside = wide ? Math.min(38, Math.floor(body.width * 0.36)) : 0;
	return { body, wide, aside, width: body.width - (wide ? aside + 3 : 0) };
}

/** The size available to the body of a screen. */
export function useBodySize(): BodySize {
	const terminal = useWindowSize();
	return use(BodySizeContext) ?? { width: terminal.columns - 2, height: terminal.rows - 1 };
}
