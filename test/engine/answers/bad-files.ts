import type { BadFile } from './bad-files/build.ts';
import { badForm } from './bad-files/form.ts';
import { badKeys } from './bad-files/keys.ts';
import { badTypes } from './bad-files/types.ts';
import { badValues } from './bad-files/values.ts';

/** Every way we know to get a file wrong; the secrets in it are all called hunter2. */
export const badFiles: readonly BadFile[] = [...badForm, ...badKeys, ...badTypes, ...badValues];
