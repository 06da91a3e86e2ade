import type { BadFile } from './bad-files/build.ts';
import { badSyntaxFiles } from './bad-files/form.ts';
import { badKeyFiles } from './bad-files/keys.ts';
import { badTypeFiles } from './bad-files/types.ts';
import { badValueFiles } from './bad-files/values.ts';

/** Answers files with one problem each. All secrets in them are hunter2. */
export const badFiles: readonly BadFile[] = [
	...badSyntaxFiles,
	...badKeyFiles,
	...badTypeFiles,
	...badValueFiles,
];
