import type { BadFile } from './bad-files/build.ts';
import { badForm } from './bad-files/form.ts';
import { badKeys } from './bad-files/keys.ts';
import { badTypes } from './bad-files/types.ts';
import { badValues } from './bad-files/values.ts';

/** Answers files with one problem each. All secrets in them are hunter2. */
export const badFiles: readonly BadFile[] = [...badForm, ...badKeys, ...badTypes, ...badValues];
