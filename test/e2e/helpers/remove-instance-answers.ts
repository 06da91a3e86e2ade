import { parse, stringify } from 'yaml';

/**
 * Answers that leave the machine to itself: nothing is reached over ssh, so that a run which is
 * about something else does not practise the rekey as well.
 */
export function removeInstanceAnswers(answers: Readonly<Record<string, unknown>>) {
	const { rekey: _rekey, backup: _backup, ...rest } = answers;
	return { ...rest, instance: 'none' };
}

/** The same, in the text of an answers file. */
export function removeInstanceFromText(text: string): string {
	return stringify(removeInstanceAnswers(parse(text) as Record<string, unknown>), { lineWidth: 0 });
}
