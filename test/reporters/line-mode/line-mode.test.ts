import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { runLineMode } from '../../../source/reporters/line-mode/line-mode.ts';
import {
	createFakeWizard,
	type FakeWizard,
	type FakeWizardOptions,
} from '../../helpers/fake-wizard.ts';
import { getScreenModel, MODEL_TIME } from '../../screens/screen-models.ts';
import { createQuestionModel } from './sample-models.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of open.splice(0)) await close();
});

function start(
	name: string,
	options: FakeWizardOptions & { tty?: boolean } = {},
	env: NodeJS.ProcessEnv = { LANG: 'C.UTF-8' },
) {
	const guide: FakeWizard = createFakeWizard(getScreenModel(name), options);
	const stdin = Object.assign(new PassThrough(), { isTTY: options.tty === true });
	const stdout = new PassThrough();
	let out = '';
	stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	const done = runLineMode(guide, { stdin, stdout, env, now: () => MODEL_TIME });
	open.push(async () => {
		guide.end();
		await done;
	});
	const settle = async () => {
		for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
	};
	return {
		guide,
		stdout,
		done,
		out: () => out,
		settle,
		async type(line: string) {
			stdin.write(`${line}\n`);
			await settle();
		},
		async hangUp() {
			stdin.end();
			await settle();
		},
	};
}

it('prints its name, the screen and a prompt', async () => {
	const { out, settle } = start('questionText');
	await settle();
	expect(out()).toMatch(/^Line mode\. Type help at any time/);
	expect(out()).toContain('Question 1 of 7.');
	expect(out().endsWith('\n> ')).toBe(true);
});

it('sends typed input and prints the next screen', async () => {
	const { guide, out, type } = start('questionText', {
		onAct: (action, of) => {
			if (action.type === 'answer') of.show(getScreenModel('questionSecret'));
		},
	});
	await type('tfe.acme.example');
	expect(guide.actions).toEqual([{ type: 'answer', value: 'tfe.acme.example' }]);
	expect(out()).toContain('Question 4 of 7. ');
	expect(out().endsWith('\n> ')).toBe(true);
});

it('starts a new line for output while the prompt is shown', async () => {
	const { guide, out, settle } = start('questionLooking');
	await settle();
	guide.show(getScreenModel('questionDenied'));
	expect(out()).toContain('\n> \nCould not look up subnets of us-west-2');
});

it('shows no prompt during a run but accepts commands', async () => {
	const { guide, out, type, settle } = start('progress', { tty: true });
	await settle();
	expect(out()).not.toContain('\n> ');
	await type('stop');
	expect(guide.actions).toEqual([{ type: 'interrupt' }]);
});

it('drops a pending confirmation when the screen changes', async () => {
	const { guide, type } = start('planDestroys');
	await type('apply');
	guide.show(getScreenModel('questionText'));
	await type('tfe.acme.example');
	expect(guide.actions).toEqual([{ type: 'answer', value: 'tfe.acme.example' }]);
});

it('keeps a pending confirmation when only the same screen is updated', async () => {
	const { guide, type } = start('questionVariant');
	await type('2');
	guide.show(createQuestionModel('questionVariant', { number: 1 }));
	await type('yes');
	expect(guide.actions).toEqual([{ type: 'answer', value: 'user' }]);
});

it('quits when the input ends, and cancels every later prompt', async () => {
	const { guide, hangUp } = start('progress');
	await hangUp();
	expect(guide.actions).toEqual([{ type: 'leave' }]);
	guide.show(getScreenModel('plan'));
	guide.show(getScreenModel('planSaved'));
	expect(guide.actions).toEqual([{ type: 'leave' }, { type: 'not-now' }]);
	guide.show(getScreenModel('stopHard'));
	expect(guide.actions.at(-1)).toEqual({ type: 'stop-answer', stop: false });
});

it('prints no milestone twice when a plan is shown in between', async () => {
	const { guide, out } = start('progress');
	guide.show(getScreenModel('plan'));
	guide.show(getScreenModel('progress'));
	expect(out().match(/bucket acme-tfe-state/g)).toHaveLength(1);
});

it('handles ctrl-c only while it runs and if no one else handles it', async () => {
	const before = process.listenerCount('SIGINT');
	const { guide, done } = start('questionText');
	if (before === 0) {
		process.emit('SIGINT');
		expect(guide.actions).toEqual([{ type: 'interrupt' }]);
	}
	guide.end();
	await done;
	expect(process.listenerCount('SIGINT')).toBe(before);
	expect(guide.listeners()).toBe(0);
});

it('prints no escape sequences, and only ASCII in a locale without UTF-8', async () => {
	const ascii = start('planDestroys', {}, { LANG: 'C' });
	ascii.guide.show(createQuestionModel('questionText', { help: 'One, two, …' }));
	await ascii.settle();
	expect(ascii.out()).not.toContain('\u001b');
	expect(ascii.out()).not.toMatch(/[^\n -~]/);
	expect(ascii.out()).toContain('One, two, ...');
});

it('passes on lines from a pipe one at a time, each when there is a prompt', async () => {
	const { guide, hangUp, type } = start('questionText');
	await type('tfe.acme.example\ngenerate');
	expect(guide.actions).toHaveLength(1);
	guide.show(getScreenModel('busy'));
	expect(guide.actions).toHaveLength(1);
	guide.show(getScreenModel('questionSecret'));
	expect(guide.actions.at(-1)).toEqual({ type: 'answer', value: { generate: {} } });
	await type('');
	await hangUp();
	expect(guide.actions).toHaveLength(2);
	guide.show(getScreenModel('checksPassed'));
	expect(guide.actions.slice(2)).toEqual([{ type: 'on' }]);
	guide.show(getScreenModel('review'));
	expect(guide.actions.at(-1)).toEqual({ type: 'leave' });
});

it('cancels a plan when the input has ended', async () => {
	const { guide, hangUp } = start('plan');
	await hangUp();
	expect(guide.actions).toEqual([{ type: 'not-now' }]);
});

it('validates a value with the guide', async () => {
	const { guide, type } = start('questionList');
	const own = { words: 'needs one' };
	guide.validate = function (this: unknown, value) {
		return this === guide && Array.isArray(value) ? undefined : own.words;
	};
	await type('none');
	expect(guide.actions).toEqual([{ type: 'answer', value: [] }]);
});

it('quits when the output is closed', async () => {
	const { guide, stdout, settle } = start('questionText');
	stdout.emit('error', new Error('EPIPE'));
	await settle();
	expect(guide.actions).toEqual([{ type: 'leave' }]);
});

it('repeats the error for an invalid value only when it is entered again', async () => {
	const refused = () => createQuestionModel('questionText', { problem: 'it is too short' });
	const { guide, out, type } = start('questionText', {
		onAct: (_, of) => of.show(refused()),
	});
	await type('x');
	guide.show(refused());
	expect(out()).not.toContain('Still');
	await type('x');
	guide.show(refused());
	expect(out().match(/Still not valid/g)).toHaveLength(1);
});
