import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../source/engine/answers/answers-problem.ts';
import { parseAnswers } from '../../../source/engine/answers/parse-answers.ts';
import { checkAnswers } from '../../../source/engine/answers/resolve-and-check-answers.ts';
import { badFiles } from './bad-files.ts';
import { sampleCatalogue, sampleContext, shortestAnswers } from './sample-catalogue.ts';

describe('answers files with one problem', () => {
	it('accepts the shortest valid file', () => {
		const checked = checkAnswers(
			parseAnswers(shortestAnswers, 'answers.yaml', sampleCatalogue),
			sampleCatalogue,
			sampleContext,
		);
		expect(checked.problems).toEqual([]);
		expect(checked.resolved.missing).toEqual([]);
	});

	it.each(badFiles)(
		'reports exactly one problem for: $name',
		({ text, place, key, words, file = 'answers.yaml' }) => {
			const { problems } = checkAnswers(
				parseAnswers(text, file, sampleCatalogue),
				sampleCatalogue,
				sampleContext,
			);
			const lines = problems.map(formatProblem);
			expect(lines).toHaveLength(1);
			expect(lines[0]).toMatch(`${file}:${place}  `);
			expect(problems[0]?.key).toBe(key);
			for (const word of words) expect(lines[0]).toContain(word);
		},
	);

	it.each(badFiles)('shows no secret: $name', ({ text, name }) => {
		if (name === 'plain text') return;
		const { problems } = checkAnswers(
			parseAnswers(text, 'a.yaml', sampleCatalogue),
			sampleCatalogue,
			sampleContext,
		);
		expect(JSON.stringify(problems)).not.toMatch(/hunter2|8675309/);
	});

	it('covers at least sixty cases with unique names', () => {
		expect(new Set(badFiles.map(({ name }) => name)).size).toBe(badFiles.length);
		expect(badFiles.length).toBeGreaterThanOrEqual(60);
	});
});
