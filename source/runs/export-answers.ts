import { resolve } from 'node:path';
import { formatAnswersFile } from '../engine/answers/format-answers-file.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';

/** Creates the answers file that repeats a session without prompts. */
export function formatSessionAnswersFile(
	record: SessionRecord,
	catalogue: QuestionCatalogue,
): string {
	const header = [
		`Answers of session ${record.name}. With this file, tfe-wizard repeats the session without prompts.`,
		'Secrets are references, never values.',
	];
	const answers = withAbsoluteFiles(record.answers, record.baseFolder) as Answers;
	return formatAnswersFile(answers, catalogue, { header, comments: true });
}

/**
 * `{ file: PATH }` answers are relative to the directory of their answers file. They become absolute,
 * because the export may be saved anywhere.
 */
function withAbsoluteFiles(value: unknown, folder: string): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [
			name,
			name === 'file' && typeof item === 'string'
				? resolve(folder, item)
				: withAbsoluteFiles(item, folder),
		]),
	);
}
