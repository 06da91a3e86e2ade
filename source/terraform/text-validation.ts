import { findUnwritableTextProblem, formatCodePoints } from '../engine/text-validation.ts';

/**
 * The most non-starters (combining marks) in a row that stay unchanged. After this many, Go's
 * normalization inserts U+034F, as the Stream-Safe Text Process of Unicode requires.
 * https://pkg.go.dev/golang.org/x/text/unicode/norm, seen with Terraform 1.11.4.
 */
const MOST_MARKS = 30;

/**
 * Why Terraform would not receive a text byte for byte, as a clause that follows its key; undefined
 * if it would. Terraform stores every string, including map keys, in Unicode normal form C: it
 * would change another form of the same characters, and half of a surrogate pair has no UTF-8
 * encoding.
 * https://developer.hashicorp.com/terraform/language/expressions/types (type string)
 */
export function getTerraformTextProblem(text: string): string | undefined {
	const unwritable = findUnwritableTextProblem(text);
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
			return `contains ${formatCodePoints(segment)} (${segment}), which Terraform would change to ${formatCodePoints(composed)}; write ${composed} in that form (Unicode NFC)`;
		}
	}
	return 'is not in Unicode normal form C (NFC), so Terraform would change it; convert it to NFC';
}

/** The longest run of combining marks after composed characters are decomposed. */
function longestRun(text: string): number {
	if (!/\p{M}{10}/u.test(text)) return 0;
	const runs = text.normalize('NFD').match(/\p{M}+/gu) ?? [];
	return Math.max(0, ...runs.map((run) => [...run].length));
}
