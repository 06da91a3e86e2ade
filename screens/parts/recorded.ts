import { createContext, use } from 'react';
import type { Recorder } from '../../source/engine/recorders.ts';

export const RecordersContext = createContext<readonly Recorder[]>([]);

/** What around this terminal may keep what it shows. */
export const useRecorders = (): readonly Recorder[] => use(RecordersContext);
