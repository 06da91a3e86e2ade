import { describe, expect, it } from 'vitest';
import { buildQuestionTree } from '../../../../source/engine/answers/question-tree.ts';
import { checkValue } from '../../../../source/engine/answers/resolve-and-check-answers.ts';
import { getTargetOrDefault } from '../../../../source/targets/registry.ts';
import { emptyInterview, parseFieldValue } from '../../../../source/wizard/interview.ts';

const { catalogue } = getTargetOrDefault('ptfe-ami');
const { questions } = buildQuestionTree(catalogue);
const APART = 'e\u0301';

function problemsWith(key: string, value: unknown): string[] {
	const question = questions.get(key);
	if (question === undefined) throw new Error(`no question ${key}`);
	const found = checkValue(question, value);
	return 'problems' in found ? found.problems.map(({ message }) => message) : [];
}

const textual = [...questions.values()].filter(({ kind }) =>
	['text', 'multiline', 'list', 'map'].includes(kind),
);

/** A text within a value of each kind. */
const within = (kind: string, text: string): unknown[] =>
	kind === 'list'
		? [[text]]
		: kind === 'map'
			? [{ [text]: 'x' }, { x: text }, { x: [{ y: text }] }]
			: [text];

describe('strings in answers', () => {
	const local = /^(terraform|instance|rekey|backup)\b/;

	it.each(textual.filter(({ key }) => !local.test(key)))(
		'of $key are refused when Terraform would change them, as values and as keys',
		({ key, kind }) => {
			for (const value of within(kind, APART)) {
				expect(problemsWith(key, value)).toEqual([expect.stringContaining('U+0065 U+0301')]);
			}
		},
	);

	it.each(textual)('of $key are rejected if no file can contain them', ({ key, kind }) => {
		for (const value of within(kind, 'a\0')) {
			expect(problemsWith(key, value)).toEqual([expect.stringContaining('null character')]);
		}
		for (const value of within(kind, '\ud83d')) {
			expect(problemsWith(key, value)).toEqual([expect.stringContaining('unpaired surrogate')]);
		}
	});

	it('may name local files in any Unicode form', () => {
		expect(problemsWith('terraform.binary', `/opt/${APART}/terraform`)).toEqual([]);
		expect(problemsWith('instance.ssh.config', `/home/${APART}`)).toEqual([]);
		const policy = { p: { file: `/home/${APART}.json` } };
		expect(problemsWith('settings.instance_role_policies', policy)).toEqual([]);
	});

	it('of a secret reference are not quoted', () => {
		const [problem] = problemsWith('settings.db_password', { file: '/run/hunter2\ud83d' });
		expect(problem).toContain('unpaired surrogate');
		expect(problem).not.toContain('hunter2');
	});

	it('are rejected in the wizard with the same message', () => {
		const frame = { catalogue, derivationContext: { session: 's' }, checkedSteps: [], needs: {} };
		expect(
			parseFieldValue(emptyInterview, frame, 'settings.startup_script', `echo ${APART}`),
		).toEqual({
			problem: expect.stringContaining('write é in that form (Unicode NFC)'),
		});
	});
});
