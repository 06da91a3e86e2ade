import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCommandHelp } from '../../../source/reporters/line-mode/line-commands.ts';
import type { WizardAction, WizardModel } from '../../../source/wizard/wizard-model.ts';
import { getScreenModel, screenModels } from '../../screens/screen-models.ts';
import { createModel, createQuestionModel, handleSampleLine } from './sample-models.ts';

const answer = (value: unknown): WizardAction => ({ type: 'answer', value });

/** The start of the label of a choice, in lower case. */
function startOf(name: string, index: number): string {
	const { screen } = getScreenModel(name);
	const choices =
		screen.kind === 'question' ? screen.options : screen.kind === 'welcome' ? screen.choices : [];
	return (choices[index]?.label ?? '').toLowerCase().slice(0, 10);
}

describe('a line that answers a question', () => {
	const cases: [string, string, unknown][] = [
		['questionText', 'tfe.acme.example', 'tfe.acme.example'],
		['questionText', '  tfe.acme.example ', 'tfe.acme.example'],
		['questionText', '"help"', 'help'],
		['questionDerived', '', 'tfe-tfe.acme.example-data'],
		['questionVariant', '', 'current'],
		['questionVariant', '1', 'current'],
		['questionVariant', startOf('questionVariant', 0), 'current'],
		['questionChoice', '2', 'AES256'],
		['questionChoice', '', ''],
		['questionYesno', 'yes', true],
		['questionNumber', '120', 120],
		['questionNumber', 'lots', 'lots'],
		['questionLookup', '3', 'subnet-0a1b2c3d4e5f60003'],
		['questionLookup', 'acme-shared-private-1', 'subnet-0a1b2c3d4e5f60001'],
		// With lookup results, other values are allowed, so only a complete name selects a choice.
		['questionLookup', 'acme-shared-public', 'acme-shared-public'],
		['questionDenied', 'subnet-0123', 'subnet-0123'],
		['questionList', '10.0.0.0/8, 192.0.2.0/24', ['10.0.0.0/8', '192.0.2.0/24']],
		['questionList', '', ['198.51.100.0/24', '203.0.113.0/24']],
		['questionSecret', 'generate', { generate: {} }],
		['questionSecret', 'env DB_PASSWORD', { env: 'DB_PASSWORD' }],
		['questionSecret', 'file /run/a b', { file: '/run/a b' }],
		['questionSecret', 'command pass show  tfe', { command: 'pass show  tfe' }],
	];
	it.each(cases)('%s: %j submits a value', (name, line, value) => {
		expect(handleSampleLine(getScreenModel(name), line)).toEqual({ act: answer(value) });
	});

	it('accepts several numbers of choices separated by commas', () => {
		const model = createQuestionModel('questionLookup', { valueKind: 'list' });
		expect(handleSampleLine(model, '1, 2').act).toEqual(
			answer(['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002']),
		);
	});

	it('submits the empty value of the question for none', () => {
		const problemOf = (value: unknown) => (Array.isArray(value) ? undefined : 'needs a list');
		expect(handleSampleLine(getScreenModel('questionList'), 'none', { problemOf }).act).toEqual(
			answer([]),
		);
		expect(handleSampleLine(getScreenModel('questionText'), 'none').act).toEqual(answer(undefined));
	});
});

describe('a line that is not an answer', () => {
	const cases: [string, string, RegExp][] = [
		['questionText', '', /answer is required/],
		['questionVariant', '7', /no choice 7/],
		['questionLookup', '9', /is unavailable: .*in vpc/],
		['questionSecret', 'hunter2', /enter a reference, not the secret/],
		['questionSecret', 'generate hunter2', /enter a reference, not the secret/],
		['welcomeResume', '2', /is unavailable: .*another run/],
		['review', '', /Nothing has started/],
		['review', 'y', /Nothing has started/],
		['reviewProblems', 'start', /Problem with settings\.db_password/],
		['checksBad', '', /There is a blocker/],
		['checksRunning', '', /still running/],
		['busy', 'x', /wait/],
	];
	it.each(cases)('%s: %j prints an explanation and does nothing', (name, line, words) => {
		const { say = [], act } = handleSampleLine(getScreenModel(name), line);
		expect(act).toBeUndefined();
		expect(say.join('\n')).toMatch(words);
		expect(say.join('\n')).not.toContain('hunter2');
	});
});

describe('a plan', () => {
	it.each(['', 'y', 'yes', '1', 'Apply it', 'tfe.acme.example'])('is not applied by %j', (line) => {
		expect(handleSampleLine(getScreenModel('plan'), line).act).toBeUndefined();
		expect(handleSampleLine(getScreenModel('planDestroys'), line).act).toBeUndefined();
	});

	it('is applied by apply if it destroys nothing', () => {
		expect(handleSampleLine(getScreenModel('plan'), 'apply').act).toEqual({ type: 'apply' });
	});

	it('that destroys resources is applied only by apply and then the exact name', () => {
		const model = getScreenModel('planDestroys');
		const first = handleSampleLine(model, 'apply');
		expect(first.act).toBeUndefined();
		expect(first.say?.join()).toContain('tfe.acme.example');
		for (const line of ['yes', 'apply', '', 'TFE.acme.example', 'tfe.acme']) {
			const second = handleSampleLine(model, line, { talk: first.talk });
			expect(second.act).toBeUndefined();
			expect(second.talk).toBeUndefined();
		}
		expect(handleSampleLine(model, 'tfe.acme.example', { talk: first.talk }).act).toEqual({
			type: 'apply',
		});
	});
});

it('selects a choice with a warning only after yes', () => {
	const model = getScreenModel('questionVariant');
	const first = handleSampleLine(model, '2');
	expect(first.act).toBeUndefined();
	expect(first.say?.[0]).toMatch(/\.$/);
	expect(handleSampleLine(model, '', { talk: first.talk }).act).toBeUndefined();
	expect(handleSampleLine(model, 'yes', { talk: first.talk }).act).toEqual(answer('user'));
	const no = handleSampleLine(getScreenModel('questionYesno'), 'n');
	expect(handleSampleLine(model, 'yes', { talk: no.talk }).act).toEqual(answer(false));
});

describe('values of several lines', () => {
	const typed = (
		name: string,
		lines: string[],
		problemOf = (_: unknown): string | undefined => undefined,
	) => {
		const model = getScreenModel(name);
		let last = handleSampleLine(model, lines[0] ?? '', { problemOf });
		for (const line of lines.slice(1))
			last = handleSampleLine(model, line, { talk: last.talk, problemOf });
		return last;
	};

	it('end with a dot, and may contain commands as text', () => {
		expect(typed('questionMultiline', ['#!/bin/sh', '', 'help', '  leave', '..', '.']).act).toEqual(
			answer('#!/bin/sh\n\nhelp\n  leave\n.\n'),
		);
	});

	it('are name and value pairs for a map', () => {
		expect(typed('questionMap', ['owner = platform', 'url=a=b', '.']).act).toEqual(
			answer({ owner: 'platform', url: 'a=b' }),
		);
		const bad = typed('questionMap', ['owner', '.']);
		expect(bad.act).toBeUndefined();
		expect(bad.say?.join()).toContain('Not in the form name = value: owner');
	});

	it('are read as JSON if text is not valid', () => {
		const problemOf = (value: unknown) =>
			JSON.stringify(value).includes('"a":{') ? undefined : 'needs objects';
		expect(typed('questionMap', ['a = {"b": 1}', '.'], problemOf).act).toEqual(
			answer({ a: { b: 1 } }),
		);
	});

	it('are unchanged on Enter', () => {
		expect(handleSampleLine(getScreenModel('questionMap'), '').act).toMatchObject({
			value: { owner: 'platform' },
		});
	});
});

describe('commands', () => {
	const acts: [string, string, WizardAction][] = [
		['questionText', 'back', { type: 'back' }],
		['questionText', 'QUIT', { type: 'leave' }],
		['questionText', 'leave', { type: 'leave' }],
		['questionLookup', 'lookup', { type: 'look-up-again' }],
		['questionText', 'go settings.cert_id', { type: 'go', key: 'settings.cert_id' }],
		['review', 'go fqdn', { type: 'go', key: 'settings.fqdn' }],
		['review', 'go ec2 key pair', { type: 'go', key: 'settings.key_name' }],
		['details', 'go db_size_gb', { type: 'go', key: 'settings.db_size_gb' }],
		['reviewProblems', 'go settings.db_password', { type: 'go', key: 'settings.db_password' }],
		['review', 'start', { type: 'on' }],
		['review', 'begin', { type: 'on' }],
		['details', '', { type: 'on' }],
		['details', 'reset tags', { type: 'reset', key: 'settings.tags' }],
		['checksWarned', '', { type: 'on' }],
		['checksBad', 'retry', { type: 'recheck' }],
		['checksBad', 'again', { type: 'recheck' }],
		['checksBad', 'retry elastic-ip-quota', { type: 'recheck', id: 'elastic-ip-quota' }],
		['plan', 'save', { type: 'save-plan' }],
		['plan', 'cancel', { type: 'not-now' }],
		['plan', 'not now', { type: 'not-now' }],
		['plan', 'back', { type: 'back' }],
		['plan', 'quit', { type: 'interrupt' }],
		['progress', 'stop', { type: 'interrupt' }],
		['progress', 'quit', { type: 'interrupt' }],
		['welcome', '', { type: 'choose', value: 'new' }],
		['welcome', startOf('welcome', 1), { type: 'choose', value: 'practice' }],
		['welcomeNaming', '', { type: 'name', name: 'tfe-2026-11-22' }],
		['welcomeNaming', 'acme', { type: 'name', name: 'acme' }],
		['welcomeNaming', '"back"', { type: 'name', name: 'back' }],
		['failureRefused', '', { type: 'choose', value: 'fix:settings.cert_id' }],
		['failureRefused', '4', { type: 'choose', value: 'leave' }],
		['done', '', { type: 'leave' }],
	];
	it.each(acts)('%s: %j performs an action', (name, line, action) => {
		expect(handleSampleLine(getScreenModel(name), line)).toEqual({ act: action });
	});

	const says: [string, string, RegExp][] = [
		['questionText', 'help', /domain name[\s\S]*go NAME: .* go [a-z]+\./],
		['questionText', 'repeat', /Question 1 of 7/],
		['questionText', 'details', /Key in the answers file: settings\.fqdn/],
		['questionText', 'go', /EC2 key pair \(settings\.key_name\): acme-operations/],
		['review', 'go settings.k', /^2 answers match[\s\S]*settings\.key_name: EC2 key pair/],
		['review', 'go nowhere', /No answer matches nowhere/],
		['questionLookup', 'find legacy', /^9\. acme-legacy-private-9/],
		['questionLookup', 'find nothing', /None of the 12/],
		['plan', 'show database', /creates aws_db_instance/],
		['plan', 'show 6', /^network:/],
		['planDestroys', 'show aws_db_instance.main[0]', /forces replacement/],
		['plan', 'find aws_subnet', /of 60 resources contain aws_subnet/],
		['checksBad', 'show ssh', /Passed: ssh\. .*OpenSSH/],
		['details', 'show database', /\(settings\.db_size_gb\): 80, default/],
		['details', 'find kms', /settings\.kms_key_id/],
		['progress', 'details', /aws_db_instance\.main\[0\]: 8 min 12 s/],
		['progress', '', /37 of 63 done/],
		['progress', 'go fqdn', /cannot be changed from here/],
	];
	it.each(says)('%s: %j prints text', (name, line, words) => {
		const { say = [], act } = handleSampleLine(getScreenModel(name), line);
		expect(act).toBeUndefined();
		expect(say.join('\n')).toMatch(words);
	});
});

describe('the stop confirmation', () => {
	it('stops only on the exact word', () => {
		const stop: WizardAction = { type: 'stop-answer', stop: true };
		expect(handleSampleLine(getScreenModel('stopGentle'), 'stop').act).toEqual(stop);
		expect(handleSampleLine(getScreenModel('stopGentle'), '').act).toEqual({
			type: 'stop-answer',
			stop: false,
		});
		expect(handleSampleLine(getScreenModel('stopGentle'), 'leave').act).toBeUndefined();
		expect(handleSampleLine(getScreenModel('stopHard'), 'stop').act).toBeUndefined();
		expect(handleSampleLine(getScreenModel('stopHard'), 'yes').act).toBeUndefined();
		expect(handleSampleLine(getScreenModel('stopHard'), 'acme-prod').act).toEqual(stop);
	});
});

describe('help', () => {
	/** The inputs that the help lists: the example of each line, or the command itself. */
	const typed = (model: WizardModel): string[] =>
		renderCommandHelp(model).map((line) => {
			const [, word = '', example] = /^ {2}(.+?): .*?(?: For example: (.+))?$/.exec(line) ?? [];
			return example ?? (word === 'Enter' ? '' : word);
		});

	it.each(Object.keys(screenModels))('%s: every command it lists works', (name) => {
		const model = getScreenModel(name);
		for (const line of typed(model)) {
			const { say = [], act, reveal } = handleSampleLine(model, line);
			expect(act !== undefined || reveal !== undefined || say.length > 0, line).toBe(true);
			expect(say.join('\n'), line).not.toMatch(
				/^(There is (no|nothing)|No (answer matches|group|matches)|None of|Nothing (was applied|has started)|Cancelled)/,
			);
		}
	});

	it('lists only commands that apply', () => {
		const words = (name: string) => renderCommandHelp(getScreenModel(name)).join('\n');
		expect(words('questionVariant')).not.toMatch(/none:|lookup:/);
		expect(words('questionLookup')).toContain('lookup: repeats the lookup');
		expect(words('questionText')).not.toMatch(/find|Enter|none:/);
		expect(words('questionLookup')).not.toContain('Enter');
		expect(words('questionDerived')).toContain('Enter: uses: tfe-tfe.acme.example-data.');
		expect(words('questionMap')).toContain('name = value, one per line');
		expect(words('checksBad')).not.toContain('Enter');
		expect(words('welcomeNaming')).toContain('a name: names the new session.');
		expect(words('plan')).toContain('apply: applies exactly this plan.');
		expect(words('progress')).not.toContain('back');
	});
});

it('reads a number as a choice only if there are that many', () => {
	const model = createModel('questionLookup', 'question', { key: 'account' });
	expect(handleSampleLine(model, '123456789012').act).toEqual(answer('123456789012'));
});

it('applies or aborts nothing on any other input', () => {
	const names = Object.keys(screenModels);
	const words = ['apply', 'stop', 'yes', 'start', 'acme-prod', 'tfe.acme.example', 'back', '1', ''];
	const lines = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 6 });
	fc.assert(
		fc.property(fc.constantFrom(...names), lines, (name, typed) => {
			const model = getScreenModel(name);
			let talk: ReturnType<typeof handleSampleLine>['talk'];
			for (const [index, line] of typed.entries()) {
				const { act, talk: next } = handleSampleLine(model, line, { talk });
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
