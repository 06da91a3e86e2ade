/** "Run the same command again" as a whole line. */
const AGAIN = /^(?:then )?run the same command again\b[^;]*$/i;
/** The same advice at the end of a longer line. */
const AND_AGAIN =
	/,? (?:then|and) run the same command(?: again)?(?:: it resumes| to resume)?\.?$/i;
/** A command that resumes a session. */
const RESUMES = /^tfe-wizard (?:.* )?(?:practice|install|rekey|backup)\b(?!.*--stop)/;
/** An explanation after a command. */
const COMMENT = / \(.*\)$/;

/**
 * The next steps of an error without repeated advice. Several callers may add next steps to the same
 * error.
 */
export function deduplicateNextSteps(lines: readonly string[]): string[] {
	const plain = lines.map((line) => line.trim()).filter((line) => line !== '');
	const distinct = [...new Set(plain.map(bare))].flatMap((words) => {
		const same = plain.filter((line) => bare(line) === words);
		// Of two lines with the same command, the one with an explanation is kept.
		return same.find((line) => COMMENT.test(line)) ?? same[0] ?? [];
	});
	const resumed = distinct.some((line) => RESUMES.test(line));
	const lastAgain = distinct.findLastIndex((line) => AND_AGAIN.test(line));
	return distinct.flatMap((line, nth) => {
		if (AGAIN.test(line)) {
			const firstAlone = distinct.findIndex((other) => AGAIN.test(other)) === nth;
			return resumed || lastAgain >= 0 || !firstAlone ? [] : [line];
		}
		if (AND_AGAIN.test(line) && nth !== lastAgain) return [line.replace(AND_AGAIN, '.')];
		return [line];
	});
}

interface LabelledNextStep {
	/** `then` and `and` continue the previous line; `or` is an alternative. */
	label: 'next' | 'or' | 'and' | 'then';
	text: string;
}

/** Labels each step as a continuation of the previous one or as an alternative. */
export function labelNextSteps(lines: readonly string[]): LabelledNextStep[] {
	return lines.map((line, nth) => {
		const [, word = '', rest = ''] = /^(then|and|or)(?: |$)(.*)$/i.exec(line) ?? [];
		if (nth === 0) return { label: 'next', text: line };
		return rest === ''
			? { label: 'or', text: line }
			: { label: word.toLowerCase() as 'then' | 'and' | 'or', text: rest };
	});
}

/** Formats fixes that are all required as next steps. */
export function formatRequiredFixes(fixes: readonly string[]): string[] {
	return [...new Set(fixes)].map((fix, nth) => (nth === 0 ? fix : `And ${fix}`));
}

const bare = (line: string): string =>
	line
		.replace(COMMENT, '')
		.replace(/^(?:or|and) /i, '')
		.replace(/\.$/, '')
		.replace(/\s+/g, ' ')
		.toLowerCase();
