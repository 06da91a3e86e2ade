import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { QuestionCatalogue } from '../../source/engine/question.ts';
import {
	emptyInterview,
	getCurrentPage,
	getPages,
	goToPage,
	goToPreviousPage,
	type InterviewDefinition,
	type InterviewState,
	markPagePassed,
	parseFieldValue,
	resetAnswer,
	resolveInterviewAnswers,
	setAnswerAndReopenDependents,
} from '../../source/wizard/interview.ts';

const text = (key: string, more: object = {}) => ({
	key,
	label: key,
	help: '',
	kind: 'text' as const,
	...more,
});

const catalogue: QuestionCatalogue = {
	target: 'test',
	steps: [
		{ id: 'first', title: 'First', summary: '' },
		{ id: 'second', title: 'Second', summary: '' },
	],
	questions: [
		{ step: 'first', ...text('region') },
		{
			step: 'first',
			...text('name', { schema: z.string().regex(/^[a-z]+$/, 'is not lower case') }),
		},
		{ step: 'first', ...text('tool', { group: 'Tools', default: 'terraform' }) },
		{
			step: 'second',
			...text('network', {
				kind: 'variant',
				options: [
					{ value: 'create', label: 'new' },
					{ value: 'existing', label: 'existing' },
				],
				default: 'create',
			}),
		},
		{
			step: 'second',
			...text('network.create.title', {
				derive: (answers: Record<string, unknown>) => answers.name && `${answers.name}-net`,
			}),
		},
		{ step: 'second', ...text('network.existing.subnet') },
		{ step: 'second', ...text('certificate') },
		{ step: 'second', ...text('size', { kind: 'number', schema: z.number().max(9), default: 3 }) },
		{ step: 'second', ...text('proxy', { group: 'Proxy', default: '' }) },
		{
			step: 'second',
			...text('no_proxy', {
				group: 'Proxy',
				default: '',
				when: (answers: Record<string, unknown>) => answers.proxy !== '',
			}),
		},
	],
	rules: [
		{
			id: 'certificate-region',
			step: 'second',
			keys: ['certificate', 'region'],
			text: 'The certificate must be of the region.',
			check: ({ certificate, region }) =>
				certificate === undefined || String(certificate).includes(String(region))
					? undefined
					: `must be of ${region}.`,
		},
	],
};

const frame: InterviewDefinition = {
	catalogue,
	derivationContext: { session: 'acme' },
	checkedSteps: ['first'],
	needs: { 'network.existing.subnet': ['region'] },
};

const ids = (interview: InterviewState) => getPages(interview, frame).map(({ id }) => id);
const here = (interview: InterviewState) => getCurrentPage(interview, frame).id;
const take = (interview: InterviewState, key: string, value: unknown) =>
	setAnswerAndReopenDependents(interview, frame, key, value);

/** All questions answered, up to the review. */
function walked(): InterviewState {
	let interview = emptyInterview;
	const values: Record<string, unknown> = {
		region: 'west',
		name: 'acme',
		network: 'existing',
		'network.existing.subnet': 'subnet-1',
		certificate: 'cert-west',
		size: 3,
	};
	for (let at = here(interview); at !== 'review!'; at = here(interview))
		interview = at in values ? take(interview, at, values[at]) : markPagePassed(interview, at);
	return interview;
}

describe('pages', () => {
	it('are the questions, folded details, checks and the review, in order', () => {
		expect(ids(emptyInterview)).toEqual([
			'region',
			'name',
			'first+',
			'first!',
			'network',
			'network.create.title',
			'certificate',
			'size',
			'second+',
			'review!',
		]);
	});

	it('follow the selected variant', () => {
		expect(ids(take(emptyInterview, 'network', 'existing'))).toContain('network.existing.subnet');
	});

	it('start with the first question and end with the review', () => {
		expect(here(emptyInterview)).toBe('region');
		expect(here(walked())).toBe('review!');
	});
});

describe('a changed answer', () => {
	it('reopens only the questions whose lookup or rule depends on it', () => {
		const before = walked();
		const changed = take(goToPage(before, frame, 'region'), 'region', 'east');
		const again = before.passed.filter((id) => !changed.passed.includes(id));
		expect(again.sort()).toEqual(['certificate', 'first!', 'network.existing.subnet']);
		expect(changed.because).toEqual({
			certificate: ['region'],
			'network.existing.subnet': ['region'],
		});
		// The values stay, so one key confirms them.
		expect(resolveInterviewAnswers(changed, frame).answers['network.existing.subnet']).toBe(
			'subnet-1',
		);
	});

	it('reopens nothing when the answer is unchanged', () => {
		const before = walked();
		const same = take(goToPage(before, frame, 'region'), 'region', 'west');
		expect(same.passed).toEqual(before.passed);
		expect(here(same)).toBe('review!');
	});

	it('updates an accepted default and reopens its question', () => {
		let interview = take(take(emptyInterview, 'region', 'west'), 'name', 'acme');
		interview = take(interview, 'network', 'create');
		interview = take(interview, 'network.create.title', 'acme-net');
		expect(interview.given).not.toHaveProperty('network.create.title');
		const renamed = take(interview, 'name', 'zeta');
		expect(resolveInterviewAnswers(renamed, frame).answers['network.create.title']).toBe(
			'zeta-net',
		);
		expect(renamed.passed).not.toContain('network.create.title');
	});

	it('does not change a value typed over a derived default', () => {
		let interview = take(take(emptyInterview, 'name', 'acme'), 'network', 'create');
		interview = take(interview, 'network.create.title', 'mine');
		const renamed = take(interview, 'name', 'zeta');
		expect(renamed.passed).toContain('network.create.title');
		expect(resolveInterviewAnswers(renamed, frame).answers['network.create.title']).toBe('mine');
	});

	it('of a variant opens the questions of that variant and keeps later answers', () => {
		const changed = take(goToPage(walked(), frame, 'network'), 'network', 'create');
		expect(here(changed)).toBe('network.create.title');
		expect(changed.passed).toContain('certificate');
	});
});

describe('readValue', () => {
	const read = (key: string, typed: unknown) => parseFieldValue(walked(), frame, key, typed);

	it('converts text to the kind of the question', () => {
		expect(read('size', '7')).toEqual({ value: 7 });
		expect(read('name', 'zeta')).toEqual({ value: 'zeta' });
	});

	it.each([
		['size', '12'],
		['size', 'seven'],
		['name', 'ACME'],
		['name', 'two\nlines'],
		['name', ' acme'],
		['certificate', 'cert-north'],
	])('rejects for %s the value %j', (key, typed) => {
		expect(read(key, typed)).toEqual({ problem: expect.stringMatching(/\w/) });
	});

	it('checks a rule across answers only at the last of its questions', () => {
		expect(read('region', 'north')).toEqual({ value: 'north' });
		expect(read('certificate', 'cert-north')).toEqual({ problem: 'must be of west' });
	});
});

describe('navigation', () => {
	it('goes back one page, and an unchanged answer returns to the review', () => {
		let interview = goToPreviousPage(walked(), frame);
		expect(here(interview)).toBe('second+');
		interview = goToPreviousPage(interview, frame);
		expect(here(interview)).toBe('size');
		expect(here(take(interview, 'size', 3))).toBe('review!');
	});

	it('stays on the first page when going back', () => {
		expect(here(goToPreviousPage(emptyInterview, frame))).toBe('region');
	});

	it('returns from a folded detail to the page it was opened from', () => {
		const interview = goToPage(walked(), frame, 'proxy', 'second+');
		expect(here(interview)).toBe('proxy');
		expect(here(goToPreviousPage(interview, frame))).toBe('second+');
		const taken = take(interview, 'proxy', 'http://p');
		expect(here(taken)).toBe('second+');
		expect(resolveInterviewAnswers(taken, frame).answers).toHaveProperty('no_proxy');
		const back = resetAnswer(taken, frame, 'proxy');
		expect(resolveInterviewAnswers(back, frame).answers).not.toHaveProperty('no_proxy');
	});
});

it('is plain data that survives a JSON round trip', () => {
	const interview = walked();
	expect(JSON.parse(JSON.stringify(interview))).toEqual(interview);
});
