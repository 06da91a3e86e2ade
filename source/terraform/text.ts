import { codePoints, unwritableProblem } from '../engine/text-problem.ts';

/**
 * The most non-starters (combining marks) in a row that stay as they are. After so many, Go's
 * normalisation inserts U+034F, as the Stream-Safe Text Process of Unicode asks for.
 * https://pkg.go.dev/golang.org/x/text/unicode/norm, seen with Terraform 1.11.4.
 */
const MOST_MARKS = 30;

/**
 * What keeps a text from reaching Terraform byte for byte, as a clause that reads on after the
 * key it belongs to; undefined when nothing does. Terraform stores every string, keys of maps
 * included, in Unicode's normal form C: another form of the same characters would be changed on
 * the way, and a half of a surrogate pair has no UTF-8.
 * https://developer.hashicorp.com/terraform/language/expressions/types (type string)
 */
export function terraformTextProblem(text: string): string | undefined {
	const unwritable = unwritableProblem(text);
	if (unwritable !== undefined) return unwritable;
	if (text.normalize('NFC') !== text) return formProblem(text);
	return longestRun(text) > MOST_MARKS
		? `contains more than ${MOST_MARKS} combining marks in a row, where Terraform would insert U+034F; use fewer`
		: undefined;
}

function formProblem(text: string): string {
	for (const { segment } of new Intl.Segmenter('und').segment(text)) {
		const composed = segment.normalize('NFC');
		if (composed !== segment) {
			return `contains ${codePoints(segment)} (${segment}), which Terraform would change to ${codePoints(composed)}; write ${composed} in that form (Unicode NFC)`;
		}
	}
	return 'is not in Unicode normal form C (NFC), so Terraform would change it; convert it to NFC';
}

/** How many combining marks follow each other at the most, once composed characters are apart. */
function longestRun(text: string): number {
	if (!/\p{M}{10}/u.test(text)) return 0;
	const runs = text.normalize('NFD').match(/\p{M}+/gu) ?? [];
	return Math.max(0, ...runs.map((run) => [...run].length));
}
