import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseAnswers } from '../../source/engine/answers/parse-answers.ts';
import { checkValue } from '../../source/engine/answers/resolve-and-check-answers.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';

const { catalogue } = getTargetOrDefault('ptfe-ami');
const texts = catalogue.questions.filter(({ kind }) => ['text', 'list'].includes(kind));

/** Values that are almost right: an example with other case, characters, ends or parts. */
const fragments = [
	...['Acme_TFE_state', 'ACME', 'Tfe_x.Example.com', 'TFE.', 'm4.large', 'db.m4.large', 'm1.small'],
	...['db.t1.tiny', 'db.m3.metal', '10.20.0.0', '10.1.2.3/24', '10.20.1.0/16', '16.3', '99.1'],
	...['us-west-2a', 'us-west-2', 'Xn--A', '--Ab', 'a'.repeat(70), 'A'.repeat(70), 'cache.m3.large'],
];
const nearlyValid = fc.oneof(
	fc.constantFrom(...fragments),
	fc
		.array(fc.oneof(fc.constantFrom(...fragments), fc.constantFrom(...'aZ0_-.:/ Ä')), {
			minLength: 1,
			maxLength: 3,
		})
		.map((parts) => parts.join('')),
);

/** What a message suggests: the words after "use" or "region is" up to the end of the clause. */
const suggestion = /(?:; use|address, use|its region is) (?!only|the |a |its |zones)(\S+)$/;

it.each(texts.map((question) => [question.key, question] as const))(
	'%s accepts every value that its messages suggest',
	(_, question) => {
		fc.assert(
			fc.property(nearlyValid, (text) => {
				const asValue = (one: string) => (question.kind === 'list' ? [one] : one);
				const found = checkValue(question, asValue(text));
				if (!('problems' in found)) return;
				for (const { message } of found.problems) {
					const use = suggestion.exec(message)?.[1];
					// One item alone may still be too few for a list.
					const again = use === undefined ? undefined : checkValue(question, asValue(use));
					const rejected =
						again !== undefined && 'problems' in again
							? again.problems.filter(({ key }) => question.kind === 'text' || key.includes('['))
							: [];
					expect(rejected, `${text}: ${message}`).toEqual([]);
				}
			}),
			{ numRuns: 200 },
		);
	},
);

it.each([
	['state.s3.bucket', 'Acme_TFE_state', 'use acme-tfe-state'],
	['settings.fqdn', 'TFE.acme.example', 'use tfe.acme.example'],
	['settings.db_instance_class', 'm4.large', 'use db.m5.large'],
])('suggests a valid value for %s', (key, value, words) => {
	const question = catalogue.questions.find((one) => one.key === key);
	expect(JSON.stringify(question && checkValue(question, value))).toContain(words);
});

it.each([
	['account', '12345', 'is a number; write it in quotes'],
	['state.s3.lock_versions_days', '"007"', 'is text; write the number without quotes: 7'],
	['state.s3.lock_versions_days', '"4000"', 'is text; write the number without quotes'],
	['settings.ssh_cidr_blocks', 'hello', 'is text, not a list'],
	['settings.ssh_cidr_blocks', '10.0.0.0/8', 'is text, not a list; write ["10.0.0.0/8"]'],
	['state.local.understood', '"no"', 'is text; write true, without quotes'],
])('suggests only valid spellings for %s: %s', (key, written, message) => {
	const question = catalogue.questions.find((one) => one.key === key);
	const tree = key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), 'HERE');
	const text = stringify({ version: 1, ...(tree as object) }).replace('HERE', written);
	const { problems } = parseAnswers(text, 'acme.yaml', catalogue);
	expect(question).toBeDefined();
	expect(problems.map((problem) => problem.message)).toContain(message);
});
