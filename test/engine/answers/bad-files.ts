import type { BadFile } from './bad-files/bad-file-builder.ts';
import { badKeyFiles } from './bad-files/bad-keys.ts';
import { badSyntaxFiles } from './bad-files/bad-syntax.ts';
import { badTypeFiles } from './bad-files/bad-types.ts';
import { badValueFiles } from './bad-files/bad-values.ts';

/** Answers files with one problem each. All secrets in them are hunter2. */
export const badFiles: readonly BadFile[] = [
	...badSyntaxFiles,
	...badKeyFiles,
	...badTypeFiles,
	...badValueFiles,
];
