import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
	type Asking,
	type AskingFrame,
	answer,
	currentStop,
	goBack,
	goTo,
	nothingAsked,
	pass,
	readValue,
	reset,
	resolvedOf,
	stopsNow,
} from '../../../source/engine/guide/asking.ts';
import type { Catalogue } from '../../../source/engine/question.ts';

const text = (key: string, more: object = {}) => ({
	key,
	label: key,
	help: '',
	kind: 'text' as const,
	...more,
});

const catalogue: Catalogue = {
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

const frame: AskingFrame = {
	catalogue,
	facts: { session: 'acme' },
	checked: ['first'],
	needs: { 'network.existing.subnet': ['region'] },
};

const ids = (asking: Asking) => stopsNow(asking, frame).map(({ id }) => id);
const here = (asking: Asking) => currentStop(asking, frame).id;
const take = (asking: Asking, key: string, value: unknown) => answer(asking, frame, key, value);

/** Everything answered, up to the review. */
function walked(): Asking {
	let asking = nothingAsked;
	const values: Record<string, unknown> = {
		region: 'west',
		name: 'acme',
		network: 'existing',
		'network.existing.subnet': 'subnet-1',
		certificate: 'cert-west',
		size: 3,
	};
	for (let at = here(asking); at !== 'review!'; at = here(asking))
		asking = at in values ? take(asking, at, values[at]) : pass(asking, at);
	return asking;
}

describe('the stops', () => {
	it('are the questions one by one, folded details, checks, and the review', () => {
		expect(ids(nothingAsked)).toEqual([
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

	it('follow the variant that was taken', () => {
		expect(ids(take(nothingAsked, 'network', 'existing'))).toContain('network.existing.subnet');
	});

	it('begin with the first and end with the review', () => {
		expect(here(nothingAsked)).toBe('region');
		expect(here(walked())).toBe('review!');
	});
});

describe('a changed answer', () => {
	it('asks again what a look-up or a rule hangs on it for, and nothing else', () => {
		const before = walked();
		const changed = take(goTo(before, frame, 'region'), 'region', 'east');
		const again = before.passed.filter((id) => !changed.passed.includes(id));
		expect(again.sort()).toEqual(['certificate', 'first!', 'network.existing.subnet']);
		expect(changed.because).toEqual({
			certificate: ['region'],
			'network.existing.subnet': ['region'],
		});
		// The values are kept, to be taken again with one key.
		expect(resolvedOf(changed, frame).answers['network.existing.subnet']).toBe('subnet-1');
	});

	it('asks nothing again when it is the same answer', () => {
		const before = walked();
		const same = take(goTo(before, frame, 'region'), 'region', 'west');
		expect(same.passed).toEqual(before.passed);
		expect(here(same)).toBe('review!');
	});

	it('carries a default that was taken as it stood along, and asks it again', () => {
		let asking = take(take(nothingAsked, 'region', 'west'), 'name', 'acme');
		asking = take(asking, 'network', 'create');
		asking = take(asking, 'network.create.title', 'acme-net');
		expect(asking.given).not.toHaveProperty('network.create.title');
		const renamed = take(asking, 'name', 'zeta');
		expect(resolvedOf(renamed, frame).answers['network.create.title']).toBe('zeta-net');
		expect(renamed.passed).not.toContain('network.create.title');
	});

	it('leaves a value alone that was typed over a derived default', () => {
		let asking = take(take(nothingAsked, 'name', 'acme'), 'network', 'create');
		asking = take(asking, 'network.create.title', 'mine');
		const renamed = take(asking, 'name', 'zeta');
		expect(renamed.passed).toContain('network.create.title');
		expect(resolvedOf(renamed, frame).answers['network.create.title']).toBe('mine');
	});

	it('of a variant brings its own questions, and keeps what lies behind', () => {
		const changed = take(goTo(walked(), frame, 'network'), 'network', 'create');
		expect(here(changed)).toBe('network.create.title');
		expect(changed.passed).toContain('certificate');
	});
});

describe('values', () => {
	const read = (key: string, typed: unknown) => readValue(walked(), frame, key, typed);

	it('are read as their kind has them', () => {
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
	])('%s is refused %s', (key, typed) => {
		expect(read(key, typed)).toEqual({ problem: expect.stringMatching(/\w/) });
	});

	it('a rule over several is told at the last of them only', () => {
		expect(read('region', 'north')).toEqual({ value: 'north' });
		expect(read('certificate', 'cert-north')).toEqual({ problem: 'must be of west' });
	});
});

describe('going about', () => {
	it('back goes one stop back, and an unchanged answer leads straight on', () => {
		let asking = goBack(walked(), frame);
		expect(here(asking)).toBe('second+');
		asking = goBack(asking, frame);
		expect(here(asking)).toBe('size');
		expect(here(take(asking, 'size', 3))).toBe('review!');
	});

	it('back from the first stop stays there', () => {
		expect(here(goBack(nothingAsked, frame))).toBe('region');
	});

	it('a folded detail leads back to where it was opened', () => {
		const asking = goTo(walked(), frame, 'proxy', 'second+');
		expect(here(asking)).toBe('proxy');
		expect(here(goBack(asking, frame))).toBe('second+');
		const taken = take(asking, 'proxy', 'http://p');
		expect(here(taken)).toBe('second+');
		expect(resolvedOf(taken, frame).answers).toHaveProperty('no_proxy');
		const back = reset(taken, frame, 'proxy');
		expect(resolvedOf(back, frame).answers).not.toHaveProperty('no_proxy');
	});
});

it('is plain data that survives a file', () => {
	const asking = walked();
	expect(JSON.parse(JSON.stringify(asking))).toEqual(asking);
});
