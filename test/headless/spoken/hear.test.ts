import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action, GuideModel } from '../../../source/engine/guide/model.ts';
import { wordLines } from '../../../source/headless/spoken/vocabulary.ts';
import { modelNamed, models } from '../../screens/models.ts';
import { changed, heard, question } from './support.ts';

const answer = (value: unknown): Action => ({ type: 'answer', value });

describe('a line that answers', () => {
	const cases: [string, string, unknown][] = [
		['questionText', 'tfe.acme.example', 'tfe.acme.example'],
		['questionText', '  tfe.acme.example ', 'tfe.acme.example'],
		['questionText', '"help"', 'help'],
		['questionDerived', '', 'tfe-tfe.acme.example-data'],
		['questionVariant', '', 'current'],
		['questionVariant', '1', 'current'],
		['questionVariant', 'the ones', 'current'],
		['questionChoice', '2', 'AES256'],
		['questionChoice', '', ''],
		['questionYesno', 'yes', true],
		['questionNumber', '120', 120],
		['questionNumber', 'lots', 'lots'],
		['questionLookup', '3', 'subnet-0a1b2c3d4e5f60003'],
		['questionLookup', 'acme-shared-private-1', 'subnet-0a1b2c3d4e5f60001'],
		// Beside what was found, a value of one's own: nothing short of a whole name means a choice.
		['questionLookup', 'acme-shared-public', 'acme-shared-public'],
		['questionDenied', 'subnet-0123', 'subnet-0123'],
		['questionList', '10.0.0.0/8, 192.0.2.0/24', ['10.0.0.0/8', '192.0.2.0/24']],
		['questionList', '', ['198.51.100.0/24', '203.0.113.0/24']],
		['questionSecret', 'generate', { generate: {} }],
		['questionSecret', 'env DB_PASSWORD', { env: 'DB_PASSWORD' }],
		['questionSecret', 'file /run/a b', { file: '/run/a b' }],
		['questionSecret', 'command pass show  tfe', { command: 'pass show  tfe' }],
	];
	it.each(cases)('%s: %j', (name, line, value) => {
		expect(heard(modelNamed(name), line)).toEqual({ act: answer(value) });
	});

	it('with commas between the numbers of what was found', () => {
		const model = question('questionLookup', { valueKind: 'list' });
		expect(heard(model, '1, 2').act).toEqual(
			answer(['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002']),
		);
	});

	it('with none for whatever stands for nothing here', () => {
		const problemOf = (value: unknown) => (Array.isArray(value) ? undefined : 'needs a list');
		expect(heard(modelNamed('questionList'), 'none', { problemOf }).act).toEqual(answer([]));
		expect(heard(modelNamed('questionText'), 'none').act).toEqual(answer(undefined));
	});
});

describe('a line that answers nothing', () => {
	const cases: [string, string, RegExp][] = [
		['questionText', '', /needs an answer/],
		['questionVariant', '7', /no choice 7/],
		['questionLookup', '9', /cannot be taken: lies in vpc/],
		['questionSecret', 'hunter2', /only where the secret is/],
		['questionSecret', 'generate hunter2', /only where the secret is/],
		['welcomeResume', '2', /cannot be taken: another run/],
		['review', '', /Nothing has begun/],
		['review', 'y', /Nothing has begun/],
		['reviewProblems', 'begin', /In the way, settings\.db_password/],
		['checksBad', '', /A blocker is in the way/],
		['checksRunning', '', /under way/],
		['busy', 'x', /wait/],
	];
	it.each(cases)('%s: %j', (name, line, words) => {
		const { say = [], act } = heard(modelNamed(name), line);
		expect(act).toBeUndefined();
		expect(say.join('\n')).toMatch(words);
		expect(say.join('\n')).not.toContain('hunter2');
	});
});

describe('a plan is applied by nothing but the word', () => {
	it.each(['', 'y', 'yes', '1', 'Apply it', 'tfe.acme.example'])('not by %j', (line) => {
		expect(heard(modelNamed('plan'), line).act).toBeUndefined();
		expect(heard(modelNamed('planDestroys'), line).act).toBeUndefined();
	});

	it('by apply when nothing is destroyed', () => {
		expect(heard(modelNamed('plan'), 'apply').act).toEqual({ type: 'apply' });
	});

	it('by apply and then the exact name when something is', () => {
		const model = modelNamed('planDestroys');
		const first = heard(model, 'apply');
		expect(first.act).toBeUndefined();
		expect(first.say?.join()).toContain('tfe.acme.example');
		for (const line of ['yes', 'apply', '', 'TFE.acme.example', 'tfe.acme']) {
			const second = heard(model, line, { talk: first.talk });
			expect(second.act).toBeUndefined();
			expect(second.talk).toBeUndefined();
		}
		expect(heard(model, 'tfe.acme.example', { talk: first.talk }).act).toEqual({ type: 'apply' });
	});
});

it('takes a choice with a warning only after a yes', () => {
	const model = modelNamed('questionVariant');
	const first = heard(model, '2');
	expect(first.act).toBeUndefined();
	expect(first.say?.[0]).toContain('The user may do all of this');
	expect(heard(model, '', { talk: first.talk }).act).toBeUndefined();
	expect(heard(model, 'yes', { talk: first.talk }).act).toEqual(answer('user'));
	const no = heard(modelNamed('questionYesno'), 'n');
	expect(heard(model, 'yes', { talk: no.talk }).act).toEqual(answer(false));
});

describe('values of several lines', () => {
	const typed = (
		name: string,
		lines: string[],
		problemOf = (_: unknown): string | undefined => undefined,
	) => {
		const model = modelNamed(name);
		let last = heard(model, lines[0] ?? '', { problemOf });
		for (const line of lines.slice(1)) last = heard(model, line, { talk: last.talk, problemOf });
		return last;
	};

	it('end with a dot, and keep what looks like a word', () => {
		expect(typed('questionMultiline', ['#!/bin/sh', '', 'help', '  leave', '..', '.']).act).toEqual(
			answer('#!/bin/sh\n\nhelp\n  leave\n.\n'),
		);
	});

	it('are pairs for a map', () => {
		expect(typed('questionMap', ['owner = platform', 'url=a=b', '.']).act).toEqual(
			answer({ owner: 'platform', url: 'a=b' }),
		);
		const bad = typed('questionMap', ['owner', '.']);
		expect(bad.act).toBeUndefined();
		expect(bad.say?.join()).toContain('Not name = value: owner');
	});

	it('are taken as JSON where text is refused', () => {
		const problemOf = (value: unknown) =>
			JSON.stringify(value).includes('"a":{') ? undefined : 'needs objects';
		expect(typed('questionMap', ['a = {"b": 1}', '.'], problemOf).act).toEqual(
			answer({ a: { b: 1 } }),
		);
	});

	it('stay as they are on Enter', () => {
		expect(heard(modelNamed('questionMap'), '').act).toMatchObject({
			value: { owner: 'platform' },
		});
	});
});

describe('words', () => {
	const acts: [string, string, Action][] = [
		['questionText', 'back', { type: 'back' }],
		['questionText', 'LEAVE', { type: 'leave' }],
		['questionLookup', 'lookup', { type: 'look-up-again' }],
		['questionText', 'go settings.cert_id', { type: 'go', key: 'settings.cert_id' }],
		['review', 'go fqdn', { type: 'go', key: 'settings.fqdn' }],
		['review', 'go ec2 key pair', { type: 'go', key: 'settings.key_name' }],
		['details', 'go db_size_gb', { type: 'go', key: 'settings.db_size_gb' }],
		['reviewProblems', 'go settings.db_password', { type: 'go', key: 'settings.db_password' }],
		['review', 'begin', { type: 'on' }],
		['details', '', { type: 'on' }],
		['details', 'reset tags', { type: 'reset', key: 'settings.tags' }],
		['checksWarned', '', { type: 'on' }],
		['checksBad', 'again', { type: 'recheck' }],
		['checksBad', 'again elastic-ip-quota', { type: 'recheck', id: 'elastic-ip-quota' }],
		['plan', 'save', { type: 'save-plan' }],
		['plan', 'not now', { type: 'not-now' }],
		['plan', 'back', { type: 'back' }],
		['plan', 'leave', { type: 'interrupt' }],
		['progress', 'stop', { type: 'interrupt' }],
		['progress', 'leave', { type: 'interrupt' }],
		['welcome', '', { type: 'choose', value: 'new' }],
		['welcome', 'practise first', { type: 'choose', value: 'practice' }],
		['welcomeNaming', '', { type: 'name', name: 'tfe-2026-11-22' }],
		['welcomeNaming', 'acme', { type: 'name', name: 'acme' }],
		['welcomeNaming', '"back"', { type: 'name', name: 'back' }],
		['failureRefused', '', { type: 'choose', value: 'fix:settings.cert_id' }],
		['failureRefused', '4', { type: 'choose', value: 'leave' }],
		['done', '', { type: 'leave' }],
	];
	it.each(acts)('%s: %j', (name, line, action) => {
		expect(heard(modelNamed(name), line)).toEqual({ act: action });
	});

	const says: [string, string, RegExp][] = [
		['questionText', 'help', /The full domain name, covered[\s\S]*go NAME: .* go [a-z]+\./],
		['questionText', 'repeat', /Question 1 of 7/],
		['questionText', 'details', /In the answers file: settings\.fqdn/],
		['questionText', 'go', /EC2 key pair \(settings\.key_name\): acme-operations/],
		['review', 'go settings.k', /^2 answers are called so[\s\S]*settings\.key_name: EC2 key pair/],
		['review', 'go nowhere', /No answer is called nowhere/],
		['questionLookup', 'find legacy', /^9\. acme-legacy-private-9/],
		['questionLookup', 'find nothing', /None of the 12/],
		['plan', 'show database', /creates aws_db_instance/],
		['plan', 'show 6', /^network:/],
		['planDestroys', 'show aws_db_instance.main[0]', /forces the replacement/],
		['plan', 'find aws_subnet', /of 60 have aws_subnet in them/],
		['checksBad', 'show ssh', /Passed: ssh\. .*OpenSSH/],
		[
			'details',
			'show database',
			/Disk of the database, in GB \(settings\.db_size_gb\): 80, the default/,
		],
		['details', 'find kms', /settings\.kms_key_id/],
		['progress', 'details', /aws_db_instance\.main\[0\]: 8 min 12 s/],
		['progress', '', /37 of 63 done/],
		['progress', 'go fqdn', /cannot be changed from here/],
	];
	it.each(says)('%s: %j', (name, line, words) => {
		const { say = [], act } = heard(modelNamed(name), line);
		expect(act).toBeUndefined();
		expect(say.join('\n')).toMatch(words);
	});
});

describe('the question in the way', () => {
	it('stops at the very word alone', () => {
		const stop: Action = { type: 'stop-answer', stop: true };
		expect(heard(modelNamed('stopGentle'), 'stop').act).toEqual(stop);
		expect(heard(modelNamed('stopGentle'), '').act).toEqual({ type: 'stop-answer', stop: false });
		expect(heard(modelNamed('stopGentle'), 'leave').act).toBeUndefined();
		expect(heard(modelNamed('stopHard'), 'stop').act).toBeUndefined();
		expect(heard(modelNamed('stopHard'), 'yes').act).toBeUndefined();
		expect(heard(modelNamed('stopHard'), 'acme-prod').act).toEqual(stop);
	});
});

describe('help', () => {
	/** What each line of help says can be typed: its example, or the word itself. Prose is left out. */
	const typed = (model: GuideModel): string[] =>
		wordLines(model).map((line) => {
			const [, word = '', example] = /^ {2}(.+?): .*?(?: For example: (.+))?$/.exec(line) ?? [];
			return example ?? (word === 'Enter' ? '' : word);
		});

	it.each(Object.keys(models))('%s: all it offers does something there', (name) => {
		const model = modelNamed(name);
		for (const line of typed(model)) {
			const { say = [], act, reveal } = heard(model, line);
			expect(act !== undefined || reveal !== undefined || say.length > 0, line).toBe(true);
			expect(say.join('\n'), line).not.toMatch(
				/^(There is (no|nothing)|No |None of|Nothing (here|is applied|has begun)|Not taken)/,
			);
		}
	});

	it('speaks only of what there is', () => {
		const words = (name: string) => wordLines(modelNamed(name)).join('\n');
		expect(words('questionVariant')).not.toMatch(/none:|lookup:/);
		expect(words('questionLookup')).toContain('lookup: looks up again');
		expect(words('questionText')).not.toMatch(/find|Enter|none:/);
		expect(words('questionLookup')).not.toContain('Enter');
		expect(words('questionDerived')).toContain('Enter: takes: tfe-tfe.acme.example-data.');
		expect(words('questionMap')).toContain('name = value, one to a line');
		expect(words('checksBad')).not.toContain('Enter');
		expect(words('welcomeNaming')).toContain('a name: gives it to the new session.');
		expect(words('plan')).toContain('apply: applies exactly this plan.');
		expect(words('progress')).not.toContain('back');
	});
});

it('gives a number its meaning only where there is that many', () => {
	const model = changed('questionLookup', 'question', { key: 'account' });
	expect(heard(model, '123456789012').act).toEqual(answer('123456789012'));
});

it('applies nothing and drops nothing, whatever else is typed anywhere', () => {
	const names = Object.keys(models);
	const words = ['apply', 'stop', 'yes', 'begin', 'acme-prod', 'tfe.acme.example', 'back', '1', ''];
	const lines = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 6 });
	fc.assert(
		fc.property(fc.constantFrom(...names), lines, (name, typed) => {
			const model = modelNamed(name);
			let talk: ReturnType<typeof heard>['talk'];
			for (const [index, line] of typed.entries()) {
				const { act, talk: next } = heard(model, line, { talk });
				const before = typed[index - 1]?.trim().toLowerCase();
				if (act?.type === 'apply' && name === 'planDestroys')
					expect([line.trim(), before]).toEqual(['tfe.acme.example', 'apply']);
				else if (act?.type === 'apply') expect(line.trim().toLowerCase()).toBe('apply');
				if (act?.type === 'stop-answer' && act.stop)
					expect(line.trim().toLowerCase()).toBe(name === 'stopHard' ? 'acme-prod' : 'stop');
				talk = next;
			}
		}),
		{ numRuns: 500 },
	);
});
