import { useWindowSize } from 'ink';
import { createContext, use } from 'react';

export interface BodySize {
	width: number;
	height: number;
}

export const BodyContext = createContext<BodySize | undefined>(undefined);

/** Size of the terminal; follows it when it changes. */
export const useTerminal = (): { columns: number; rows: number } => useWindowSize();

/** From here on the rail stands on the left, and help on the right. */
export const WIDE = 100;

/** What the body of a screen may use. */
export function useBody(): BodySize {
	const terminal = useWindowSize();
	return use(BodyContext) ?? { width: terminal.columns - 2, height: terminal.rows - 1 };
}
