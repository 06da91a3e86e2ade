import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	type CancellationSource,
	createCancellationSource,
} from '../../source/engine/cancellation.ts';
import { WizardError } from '../../source/engine/errors.ts';
import type { EngineEvent } from '../../source/engine/events.ts';
import { SECRET_MASK, SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import type { Step, StepContext, StepResult } from '../../source/engine/step.ts';
import { runSteps, selectStepsBefore } from '../../source/engine/step-runner.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';

type Services = { word: string };
type Context = StepContext<Services>;

const home = createDirectoryForEachTest();
let secrets: SecretRegistry;
let session: Session;
let cancel: CancellationSource;

beforeEach(() => {
	secrets = new SecretRegistry();
	session = Session.open({ home, name: 'acme', practice: false, secrets });
	cancel = createCancellationSource();
});
afterEach(() => {
	session.close();
});

function step(
	id: string,
	run: (context: Context) => AsyncGenerator<EngineEvent, StepResult>,
	done?: (context: Context) => Promise<StepResult | undefined>,
): Step<Services> {
	const words = { title: `Title of ${id}`, summary: '' };
	return { id, ...words, needs: [], questions: [], rules: [], intent: () => [], run, done };
}

const ends = (outputs: Record<string, unknown> = {}) =>
	async function* (): AsyncGenerator<EngineEvent, StepResult> {
		yield { type: 'note', level: 'info', text: 'at work' };
		return { summary: 'it is so', outputs };
	};

/** Runs the steps; returns the events and what was thrown. */
async function run(steps: readonly Step<Services>[], until?: string) {
	const events: EngineEvent[] = [];
	const running = runSteps<Services>({
		steps,
		until,
		session,
		answers: { region: 'us-west-2' },
		services: { word: 'hello' },
		secrets,
		approve: 'none',
		cancel,
		next: (done, outputs) => [`next after ${done.join('+')}: ${JSON.stringify(outputs)}`],
	});
	try {
		for await (const event of running) events.push(event);
		return { events, thrown: undefined };
	} catch (thrown) {
		return { events, thrown: thrown as WizardError };
	}
}

const types = (events: readonly EngineEvent[]) =>
	events.map((event) => ('step' in event ? `${event.type} ${event.step ?? ''}` : event.type));

describe('a run', () => {
	it('runs the steps in order and emits events', async () => {
		const { events } = await run([step('one', ends({ a: 1 })), step('two', ends({ b: [2] }))]);
		expect(types(events)).toEqual([
			'run.started',
			'step.started one',
			'note',
			'step.done one',
			'step.started two',
			'note',
			'step.done two',
			'run.done',
		]);
		expect(events[0]).toEqual({
			type: 'run.started',
			session: 'acme',
			resumed: false,
			practice: false,
			steps: ['one', 'two'],
			until: undefined,
			folder: session.folders.root,
		});
		expect(events[3]).toMatchObject({ summary: 'it is so', seconds: expect.any(Number) });
		expect(events.at(-1)).toMatchObject({
			outputs: { 'one.a': 1, 'two.b': [2] },
			next: ['next after one+two: {"one":{"a":1},"two":{"b":[2]}}'],
		});
		expect(session.record.steps.two).toMatchObject({ state: 'done', outputs: { b: [2] } });
	});

	it('passes the context and the outputs of earlier steps to a step', async () => {
		let seen: Context | undefined;
		const two = step('two', (context) => {
			seen = context;
			return ends()();
		});
		await run([step('one', ends({ a: 1 })), two]);
		expect(seen).toMatchObject({
			step: 'two',
			answers: { region: 'us-west-2' },
			outputs: { one: { a: 1 } },
			services: { word: 'hello' },
			approve: 'none',
		});
		expect(seen?.session).toBe(session);
	});

	it('marks a step as running before it does anything', async () => {
		let state: string | undefined;
		await run([
			step('one', () => {
				state = session.record.steps.one?.state;
				return ends()();
			}),
		]);
		expect(state).toBe('running');
	});

	it('skips a step that is already done', async () => {
		const done = async () => ({ summary: 'there already', outputs: { a: 1 } });
		const { events } = await run([
			step('one', () => expect.unreachable(), done),
			step('two', ends()),
		]);
		expect(events[2]).toEqual({ type: 'step.skipped', step: 'one', reason: 'there already' });
		expect(session.record.steps.one).toMatchObject({ state: 'done', outputs: { a: 1 } });
	});

	it('runs a step that is not done yet', async () => {
		const { events } = await run([step('one', ends(), async () => undefined)]);
		expect(types(events)).toContain('step.done one');
	});

	it('stops before the step given as until', async () => {
		const { events } = await run(
			[step('one', ends()), step('two', () => expect.unreachable())],
			'two',
		);
		expect(types(events)).not.toContain('step.started two');
		expect(events.at(-1)).toMatchObject({ type: 'run.done', until: 'two' });
	});

	it('emits the warnings of the session', async () => {
		session.close();
		rmSync(join(session.folders.root, 'session.json'));
		session = Session.open({ home, name: 'acme', practice: false, secrets });
		const { events } = await run([step('one', ends())]);
		expect(events[0]).toMatchObject({ resumed: true });
		expect(events[1]).toMatchObject({
			type: 'note',
			level: 'warning',
			text: expect.stringContaining('was missing'),
		});
	});
});

describe('secrets', () => {
	it('are masked in every event of a step', async () => {
		const { events } = await run([
			step('one', async function* () {
				secrets.add('hunter2-hunter2');
				yield { type: 'note', level: 'info', text: 'the password is hunter2-hunter2' };
				return { summary: 'made hunter2-hunter2', outputs: { url: 'https://acme' } };
			}),
		]);
		expect(JSON.stringify(events)).not.toContain('hunter2');
		expect(events[2]).toMatchObject({ text: `the password is ${SECRET_MASK}` });
		expect(readFileSync(session.journal.path, 'utf8')).not.toContain('hunter2');
	});

	it('in an output are not stored, and a warning names the output', async () => {
		const { events, thrown } = await run([
			step('one', async function* () {
				secrets.add('hunter2-hunter2', 'settings.db_password (environment variable DB)');
				yield* [];
				return { summary: 'done', outputs: { url: 'https://hunter2-hunter2' } };
			}),
		]);
		expect(thrown).toBeUndefined();
		expect(events).toContainEqual({
			...{ type: 'note', step: 'one', level: 'warning' },
			text: 'the output url of one is not stored because it contains the value of settings.db_password (environment variable DB); choose another secret if possible',
		});
		expect(session.record.steps.one).toMatchObject({ state: 'done', outputs: {} });
		expect(readFileSync(session.journal.path, 'utf8')).not.toMatch(/hunter2|•/);
	});

	it('that equal words of the program leave events readable', async () => {
		for (const word of ['step.started', 'step.done', 'one', 'diagnostic']) secrets.add(word);
		const { events } = await run([
			step('one', async function* () {
				yield* [];
				return { summary: 'done', outputs: {} };
			}),
		]);
		expect(events.map(({ type }) => type)).toEqual([
			...['run.started', 'step.started', 'step.done', 'run.done'],
		]);
	});
});

describe('a run that fails', () => {
	const fails = (thrown: unknown) =>
		step('one', async function* (): AsyncGenerator<EngineEvent, StepResult> {
			yield { type: 'note', level: 'info', text: 'at work' };
			throw thrown;
		});

	it('throws the error of the step and records the failed step', async () => {
		const error = new WizardError('command', { message: 'Broken.' });
		const { events, thrown } = await run([fails(error), step('two', ends())]);
		expect(thrown).toBe(error);
		expect(types(events)).toEqual(['run.started', 'step.started one', 'note', 'step.failed one']);
		expect(session.record.steps).toMatchObject({ one: { state: 'failed' } });
		expect(session.record.steps.two).toBeUndefined();
	});

	it('throws an internal error for an unexpected exception', async () => {
		expect((await run([fails(new TypeError('x'))])).thrown).toMatchObject({ exitCode: 1 });
	});

	it('records an interrupted step as stopped, not failed', async () => {
		await run([fails(new WizardError('cancelled', { message: 'Stopped.' }))]);
		expect(session.record.steps.one?.state).toBe('stopped');
	});

	it('throws its own error when the session cannot be written', async () => {
		const error = new WizardError('command', { message: 'The disk is full.' });
		const broken = step('one', async function* (): AsyncGenerator<EngineEvent, StepResult> {
			yield { type: 'note', level: 'info', text: 'at work' };
			rmSync(session.folders.root, { recursive: true });
			throw error;
		});
		const { events, thrown } = await run([broken]);
		expect(thrown).toBe(error);
		expect(types(events).at(-1)).toBe('step.failed one');
	});

	it('fails when the done check of a step fails', async () => {
		const look = async () => {
			throw new WizardError('command', { message: 'No answer.' });
		};
		const { thrown } = await run([step('one', ends(), look)]);
		expect(thrown).toMatchObject({ message: 'No answer.' });
		expect(session.record.steps.one?.state).toBe('failed');
	});
});

describe('an interrupted run', () => {
	it('starts no further step and exits with 130 and the command to resume', async () => {
		const one = step('one', async function* () {
			yield { type: 'note', level: 'info', text: 'at work' };
			cancel.request();
			return { summary: 'still got done', outputs: {} };
		});
		const { events, thrown } = await run([one, step('two', () => expect.unreachable())]);
		expect(thrown).toMatchObject({ exitCode: 130, message: 'Stopped before two as requested.' });
		expect(thrown?.facts.next).toEqual(['tfe-wizard install --session acme']);
		expect(types(events)).toContain('step.done one');
		expect(session.record.steps.one?.state).toBe('done');
		expect(session.record.steps.two).toBeUndefined();
	});

	it('of a practice session suggests the practice command', async () => {
		session.close();
		session = Session.open({ home, name: 'play', practice: true, secrets });
		cancel.request();
		const { thrown } = await run([step('one', ends())]);
		expect(thrown?.facts.next).toEqual(['tfe-wizard practice --session play']);
	});
});

describe('stepsUntil', () => {
	const steps = ['one', 'two', 'three'].map((id) => step(id, ends()));

	it('omits the named step and later ones', () => {
		const ids = (until?: string) => selectStepsBefore(steps, until).map(({ id }) => id);
		expect(ids()).toEqual(['one', 'two', 'three']);
		expect(ids('three')).toEqual(['one', 'two']);
		expect(ids('one')).toEqual([]);
	});

	it('rejects an unknown step with exit code 2 and lists the known ones', () => {
		try {
			selectStepsBefore(steps, 'tow');
			expect.unreachable();
		} catch (thrown) {
			expect(thrown).toMatchObject({
				exitCode: 2,
				message: 'Unknown step "tow".',
				facts: { expected: 'one of one, two, three' },
			});
		}
	});
});
