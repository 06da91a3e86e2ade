import { createContext, use } from 'react';
import type { TerminalRecorder } from '../../source/engine/terminal-recorders.ts';

export const TerminalRecordersContext = createContext<readonly TerminalRecorder[]>([]);

/** Programs around this terminal that may record what it shows. */
export const useTerminalRecorders = (): readonly TerminalRecorder[] =>
	use(TerminalRecordersContext);
