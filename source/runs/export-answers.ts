import { resolve } from 'node:path';
import { exportAnswers } from '../engine/answers/export-answers.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';

/** Creates the answers file that repeats a session without prompts. */
export function exportSessionAnswers(record: SessionRecord, catalogue: QuestionCatalogue): string {
	const header = [
		`Answers of session ${record.name}. With this file, tfe-wizard repeats the session without prompts.`,
		'Secrets are references, never values.',
	];
	const answers = rebased(record.answers, record.baseFolder);
	return exportAnswers(answers, catalogue, { header, comments: true });
}

/**
 * `{ file: PATH }` answers are relative to the directory of their answers file. They become absolute,
 * because the export may be saved anywhere.
 */
function rebased(answers: Answers, folder: string): Answers {
	return Object.fromEntries(
		Object.entries(answers).map(([key, value]) => [key, withAbsoluteFile(value, folder)]),
	);
}

function withAbsoluteFile(value: unknown, folder: string): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => {
			if (name === 'file' && typeof item === 'string') return [name, resolve(folder, item)];
			return [name, withAbsoluteFile(item, folder)];
		}),
	);
}
