import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { spokenFrontEnd } from '../../../source/headless/spoken/front-end.ts';
import { type FakeGuide, type FakeGuideOptions, fakeGuide } from '../../helpers/fake-guide.ts';
import { modelNamed, NOW } from '../../screens/models.ts';
import { question } from './support.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of open.splice(0)) await close();
});

function start(
	name: string,
	options: FakeGuideOptions & { tty?: boolean } = {},
	env: NodeJS.ProcessEnv = { LANG: 'C.UTF-8' },
) {
	const guide: FakeGuide = fakeGuide(modelNamed(name), options);
	const stdin = Object.assign(new PassThrough(), { isTTY: options.tty === true });
	const stdout = new PassThrough();
	let out = '';
	stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	const done = spokenFrontEnd(guide, { stdin, stdout, env, now: () => NOW });
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

it('names itself, says the screen and asks', async () => {
	const { out, settle } = start('questionText');
	await settle();
	expect(out()).toMatch(/^Line mode\. Type help at any time/);
	expect(out()).toContain('Question 1 of 7.');
	expect(out().endsWith('\n> ')).toBe(true);
});

it('sends what is typed, and says what comes of it', async () => {
	const { guide, out, type } = start('questionText', {
		onAct: (action, of) => {
			if (action.type === 'answer') of.show(modelNamed('questionSecret'));
		},
	});
	await type('tfe.acme.example');
	expect(guide.actions).toEqual([{ type: 'answer', value: 'tfe.acme.example' }]);
	expect(out()).toContain('Question 4 of 7. Password of the database.');
	expect(out().endsWith('\n> ')).toBe(true);
});

it('begins a line of its own when something is said while the prompt stands', async () => {
	const { guide, out, settle } = start('questionLooking');
	await settle();
	guide.show(modelNamed('questionDenied'));
	expect(out()).toContain('\n> \nCould not look up subnets of us-west-2');
});

it('asks for nothing while something runs, but hears', async () => {
	const { guide, out, type, settle } = start('progress', { tty: true });
	await settle();
	expect(out()).not.toContain('\n> ');
	await type('stop');
	expect(guide.actions).toEqual([{ type: 'interrupt' }]);
});

it('forgets a talk when the screen has gone elsewhere meanwhile', async () => {
	const { guide, type } = start('planDestroys');
	await type('apply');
	guide.show(modelNamed('questionText'));
	await type('tfe.acme.example');
	expect(guide.actions).toEqual([{ type: 'answer', value: 'tfe.acme.example' }]);
});

it('keeps a talk when only something beside it has changed', async () => {
	const { guide, type } = start('questionVariant');
	await type('2');
	guide.show(question('questionVariant', { number: 1 }));
	await type('yes');
	expect(guide.actions).toEqual([{ type: 'answer', value: 'user' }]);
});

it('leaves when the input ends, and again wherever it would be asked', async () => {
	const { guide, hangUp } = start('progress');
	await hangUp();
	expect(guide.actions).toEqual([{ type: 'leave' }]);
	guide.show(modelNamed('plan'));
	guide.show(modelNamed('planSaved'));
	expect(guide.actions).toEqual([{ type: 'leave' }, { type: 'not-now' }]);
	guide.show(modelNamed('stopHard'));
	expect(guide.actions.at(-1)).toEqual({ type: 'stop-answer', stop: false });
});

it('says no milestone twice, though a plan came between', async () => {
	const { guide, out } = start('progress');
	guide.show(modelNamed('plan'));
	guide.show(modelNamed('progress'));
	expect(out().match(/made bucket acme-tfe-state/g)).toHaveLength(1);
});

it('hears ctrl-c as a signal, and only while it is there and nobody else listens', async () => {
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

it('prints no escape sequence, and no sign beyond ASCII of ours where there may be none', async () => {
	const ascii = start('planDestroys', {}, { LANG: 'C' });
	ascii.guide.show(question('questionText', { help: 'One, two, …' }));
	await ascii.settle();
	expect(ascii.out()).not.toContain('\u001b');
	expect(ascii.out()).not.toMatch(/[^\n -~]/);
	expect(ascii.out()).toContain('One, two, ...');
});

it('gives lines from a pipe one by one, each when there is something to answer', async () => {
	const { guide, hangUp, type } = start('questionText');
	await type('tfe.acme.example\ngenerate');
	expect(guide.actions).toHaveLength(1);
	guide.show(modelNamed('busy'));
	expect(guide.actions).toHaveLength(1);
	guide.show(modelNamed('questionSecret'));
	expect(guide.actions.at(-1)).toEqual({ type: 'answer', value: { generate: {} } });
	await type('');
	await hangUp();
	expect(guide.actions).toHaveLength(2);
	guide.show(modelNamed('checksPassed'));
	expect(guide.actions.slice(2)).toEqual([{ type: 'on' }]);
	guide.show(modelNamed('review'));
	expect(guide.actions.at(-1)).toEqual({ type: 'leave' });
});

it('leaves a plan as it is when nobody is there to judge it', async () => {
	const { guide, hangUp } = start('plan');
	await hangUp();
	expect(guide.actions).toEqual([{ type: 'not-now' }]);
});

it('asks the guide itself what is wrong with a value', async () => {
	const { guide, type } = start('questionList');
	const own = { words: 'needs one' };
	guide.problemOf = function (this: unknown, value) {
		return this === guide && Array.isArray(value) ? undefined : own.words;
	};
	await type('none');
	expect(guide.actions).toEqual([{ type: 'answer', value: [] }]);
});

it('leaves when nobody reads any more', async () => {
	const { guide, stdout, settle } = start('questionText');
	stdout.emit('error', new Error('EPIPE'));
	await settle();
	expect(guide.actions).toEqual([{ type: 'leave' }]);
});

it('says that a value is refused again only when it was given again', async () => {
	const refused = () => question('questionText', { problem: 'it is too short' });
	const { guide, out, type } = start('questionText', {
		onAct: (_, of) => of.show(refused()),
	});
	await type('x');
	guide.show(refused());
	expect(out()).not.toContain('Still');
	await type('x');
	guide.show(refused());
	expect(out().match(/Still not taken/g)).toHaveLength(1);
});
