import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCommandHelp } from '../../../source/reporters/line-mode/line-commands.ts';
import {
	listAnswers,
	listScreenItems,
} from '../../../source/reporters/line-mode/searchable-screen-items.ts';
import type { WizardAction, WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
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
		expect(handleSampleLine(getScreenModel(name), line)).toEqual({ action: answer(value) });
	});

	it('accepts several numbers of choices separated by commas', () => {
		const model = createQuestionModel('questionLookup', { valueKind: 'list' });
		expect(handleSampleLine(model, '1, 2').action).toEqual(
			answer(['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002']),
		);
	});

	it('submits the empty value of the question for none', () => {
		const validate = (value: unknown) => (Array.isArray(value) ? undefined : 'needs a list');
		expect(handleSampleLine(getScreenModel('questionList'), 'none', { validate }).action).toEqual(
			answer([]),
		);
		expect(handleSampleLine(getScreenModel('questionText'), 'none').action).toEqual(
			answer(undefined),
		);
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
		const { output = [], action } = handleSampleLine(getScreenModel(name), line);
		expect(action).toBeUndefined();
		expect(output.join('\n')).toMatch(words);
		expect(output.join('\n')).not.toContain('hunter2');
	});
});

describe('a plan', () => {
	it.each(['', 'y', 'yes', '1', 'Apply it', 'tfe.acme.example'])('is not applied by %j', (line) => {
		expect(handleSampleLine(getScreenModel('plan'), line).action).toBeUndefined();
		expect(handleSampleLine(getScreenModel('planDestroys'), line).action).toBeUndefined();
	});

	it('is applied by apply if it destroys nothing', () => {
		expect(handleSampleLine(getScreenModel('plan'), 'apply').action).toEqual({ type: 'apply' });
	});

	it('that destroys resources is applied only by apply and then the exact name', () => {
		const model = getScreenModel('planDestroys');
		const first = handleSampleLine(model, 'apply');
		expect(first.action).toBeUndefined();
		expect(first.output?.join()).toContain('tfe.acme.example');
		for (const line of ['yes', 'apply', '', 'TFE.acme.example', 'tfe.acme']) {
			const second = handleSampleLine(model, line, { pending: first.pending });
			expect(second.action).toBeUndefined();
			expect(second.pending).toBeUndefined();
		}
		expect(handleSampleLine(model, 'tfe.acme.example', { pending: first.pending }).action).toEqual({
			type: 'apply',
		});
	});
});

it('selects a choice with a warning only after yes', () => {
	const model = getScreenModel('questionVariant');
	const first = handleSampleLine(model, '2');
	expect(first.action).toBeUndefined();
	expect(first.output?.[0]).toMatch(/\.$/);
	expect(handleSampleLine(model, '', { pending: first.pending }).action).toBeUndefined();
	expect(handleSampleLine(model, 'yes', { pending: first.pending }).action).toEqual(answer('user'));
	const no = handleSampleLine(getScreenModel('questionYesno'), 'n');
	expect(handleSampleLine(model, 'yes', { pending: no.pending }).action).toEqual(answer(false));
});

describe('values of several lines', () => {
	const typed = (
		name: string,
		lines: string[],
		validate = (_: unknown): string | undefined => undefined,
	) => {
		const model = getScreenModel(name);
		let last = handleSampleLine(model, lines[0] ?? '', { validate });
		for (const line of lines.slice(1))
			last = handleSampleLine(model, line, { pending: last.pending, validate });
		return last;
	};

	it('end with a dot, and may contain commands as text', () => {
		expect(
			typed('questionMultiline', ['#!/bin/sh', '', 'help', '  leave', '..', '.']).action,
		).toEqual(answer('#!/bin/sh\n\nhelp\n  leave\n.\n'));
	});

	it('are name and value pairs for a map', () => {
		expect(typed('questionMap', ['owner = platform', 'url=a=b', '.']).action).toEqual(
			answer({ owner: 'platform', url: 'a=b' }),
		);
		const bad = typed('questionMap', ['owner', '.']);
		expect(bad.action).toBeUndefined();
		expect(bad.output?.join()).toContain('Not in the form name = value: owner');
	});

	it('are read as JSON if text is not valid', () => {
		const validate = (value: unknown) =>
			JSON.stringify(value).includes('"a":{') ? undefined : 'needs objects';
		expect(typed('questionMap', ['a = {"b": 1}', '.'], validate).action).toEqual(
			answer({ a: { b: 1 } }),
		);
	});

	it('are unchanged on Enter', () => {
		expect(handleSampleLine(getScreenModel('questionMap'), '').action).toMatchObject({
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
		expect(handleSampleLine(getScreenModel(name), line)).toEqual({ action });
	});

	const says: [string, string, RegExp][] = [
		['questionText', 'help', /domain name[\s\S]*go NAME: goes to any answer/],
		['questionText', 'repeat', /Question 1 of 7/],
		['questionText', 'details', /Key in the answers file: settings\.fqdn/],
		['questionText', 'go', /EC2 key pair \(settings\.key_name\): acme-operations/],
		['review', 'go settings.k', /^2 answers match[\s\S]*settings\.key_name: EC2 key pair/],
		['review', 'go nowhere', /No answer matches nowhere/],
		['questionLookup', 'find legacy', /^Found legacy in 4 of 12:\n9\. acme-legacy-private-9/],
		['questionLookup', 'find nothing', /None of the 12/],
		['plan', 'show database', /creates aws_db_instance/],
		['plan', 'show 6', /^network:/],
		['planDestroys', 'show aws_db_instance.main[0]', /forces replacement/],
		['plan', 'find aws_subnet', /^Found aws_subnet in 4 of 60:\n {2}creates aws_subnet/],
		['checksBad', 'show ssh', /Passed: ssh\. .*OpenSSH/],
		['details', 'show database', /\(settings\.db_size_gb\): 80, default/],
		['details', 'find kms', /settings\.kms_key_id/],
		['progress', 'details', /aws_db_instance\.main\[0\]: 8 min 12 s/],
		['progress', '', /37 of 63 done/],
		['progress', 'go fqdn', /cannot be changed from here/],
	];
	it.each(says)('%s: %j prints text', (name, line, words) => {
		const { output = [], action } = handleSampleLine(getScreenModel(name), line);
		expect(action).toBeUndefined();
		expect(output.join('\n')).toMatch(words);
	});
});

describe('the stop confirmation', () => {
	it('stops only on the exact word', () => {
		const stop: WizardAction = { type: 'stop-answer', stop: true };
		expect(handleSampleLine(getScreenModel('stopGentle'), 'stop').action).toEqual(stop);
		expect(handleSampleLine(getScreenModel('stopGentle'), '').action).toEqual({
			type: 'stop-answer',
			stop: false,
		});
		expect(handleSampleLine(getScreenModel('stopGentle'), 'leave').action).toBeUndefined();
		expect(handleSampleLine(getScreenModel('stopHard'), 'stop').action).toBeUndefined();
		expect(handleSampleLine(getScreenModel('stopHard'), 'yes').action).toBeUndefined();
		expect(handleSampleLine(getScreenModel('stopHard'), 'acme-prod').action).toEqual(stop);
	});
});

describe('help', () => {
	/** The commands that the help lists, with real names and texts in place of the placeholders. */
	const listed = (model: WizardViewModel): string[] =>
		renderCommandHelp(model).flatMap((line) => {
			const command = /^ {2}(.+?): /.exec(line)?.[1];
			if (command === undefined) return [];
			const items = command.startsWith('go') ? listAnswers(model) : listScreenItems(model);
			const name = items[0]?.name || items[0]?.label || '';
			return [command.replace(/NAME|TEXT/, name)];
		});

	it.each(Object.keys(screenModels))('%s: every command it lists works', (name) => {
		const model = getScreenModel(name);
		for (const line of listed(model)) {
			const { output = [], action, reveal } = handleSampleLine(model, line);
			expect(action !== undefined || reveal !== undefined || output.length > 0, line).toBe(true);
			expect(output.join('\n'), line).not.toMatch(
				/^(There is (no|nothing)|No (answer matches|group)|None of|Nothing (matches|was applied|has started)|Cancelled)/,
			);
		}
	});

	it('lists only commands that apply', () => {
		const words = (name: string) => renderCommandHelp(getScreenModel(name)).join('\n');
		expect(words('questionVariant')).not.toMatch(/none:|lookup:/);
		expect(words('questionLookup')).toContain('lookup: repeats the lookup');
		expect(words('questionText')).not.toMatch(/find|none:/);
		expect(words('questionMap')).toContain('none: leaves the answer empty.');
		expect(words('plan')).toContain('apply: applies exactly this plan.');
		expect(words('progress')).not.toContain('back');
	});
});

it('reads a number as a choice only if there are that many', () => {
	const model = createModel('questionLookup', 'question', { key: 'account' });
	expect(handleSampleLine(model, '123456789012').action).toEqual(answer('123456789012'));
});

it('applies or aborts nothing on any other input', () => {
	const names = Object.keys(screenModels);
	const words = ['apply', 'stop', 'yes', 'start', 'acme-prod', 'tfe.acme.example', 'back', '1', ''];
	const lines = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 6 });
	fc.assert(
		fc.property(fc.constantFrom(...names), lines, (name, typed) => {
			const model = getScreenModel(name);
			let pending: ReturnType<typeof handleSampleLine>['pending'];
			for (const [index, line] of typed.entries()) {
				const { action, pending: next } = handleSampleLine(model, line, { pending });
				const before = typed[index - 1]?.trim().toLowerCase();
				if (action?.type === 'apply' && name === 'planDestroys')
					expect([line.trim(), before]).toEqual(['tfe.acme.example', 'apply']);
				else if (action?.type === 'apply') expect(line.trim().toLowerCase()).toBe('apply');
				if (action?.type === 'stop-answer' && action.stop)
					expect(line.trim().toLowerCase()).toBe(name === 'stopHard' ? 'acme-prod' : 'stop');
				pending = next;
			}
		}),
		{ numRuns: 500 },
	);
});
