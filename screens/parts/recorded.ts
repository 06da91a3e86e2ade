import { createContext, use } from 'react';
import type { Recorder } from '../../source/engine/recorders.ts';

export const RecordersContext = createContext<readonly Recorder[]>([]);

/** Programs around this terminal that may record what it shows. */
export const useRecorders = (): readonly Recorder[] => use(RecordersContext);
