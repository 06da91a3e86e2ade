import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent, ResourceAction } from '../../source/engine/events.ts';
import { getMilestoneLevelAndText } from '../../source/reporters/format-event.ts';
import { ProgressReducer } from '../../source/wizard/run-progress.ts';

const START = Date.UTC(2026, 0, 31, 12);
let now = START;
let fold = new ProgressReducer(() => now);

beforeEach(() => {
	now = START;
	fold = new ProgressReducer(() => now);
});

type Phase = 'started' | 'progress' | 'done' | 'failed';

function resource(
	address: string,
	phase: Phase,
	more: { elapsed?: number; action?: ResourceAction; usual?: readonly [number, number] } = {},
): EngineEvent {
	const { elapsed = 0, action = 'create', usual } = more;
	return {
		type: 'resource',
		step: 'install',
		stack: 'install',
		address,
		action,
		phase,
		elapsedSeconds: elapsed,
		usualSeconds: usual,
	};
}

function plan(
	counts: Partial<Record<'create' | 'update' | 'delete' | 'replace', number>>,
	destroys: readonly string[] = [],
): EngineEvent {
	return {
		type: 'plan',
		step: 'install',
		stack: 'install',
		counts: { create: 0, update: 0, delete: 0, replace: 0, ...counts },
		groups: [],
		updates: [],
		destroys,
		file: 'install.tfplan',
	};
}

const command = (name: string, log?: string): EngineEvent => ({
	type: 'command',
	step: 'install',
	phase: 'started',
	argv: ['/opt/bin/terraform', name],
	cwd: '/somewhere/workspace/install',
	log,
});

// Memory that is not collected yet must not count as growth.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const see = (...events: readonly EngineEvent[]) => {
	for (const event of events) fold.see(event);
};

describe('the current activity', () => {
	it('is the step, then the command and its workspace', () => {
		see({ type: 'step.started', step: 'install', title: 'Install' });
		expect(fold.snapshot()).toMatchObject({
			step: 'install',
			title: 'Install',
			activity: 'Install',
		});
		now += 5000;
		see(command('plan', 'logs/plan.jsonl'));
		expect(fold.snapshot()).toMatchObject({
			activity: 'terraform plan in install',
			terraform: { command: 'plan', stack: 'install' },
			since: START + 5000,
			runSince: START,
			log: 'logs/plan.jsonl',
		});
	});

	it('has the log that was announced last', () => {
		see(command('plan'), { type: 'log', step: 'install', path: 'logs/plan.jsonl' });
		see(command('apply'), { type: 'log', step: 'install', path: 'logs/apply.jsonl' });
		expect(fold.snapshot().log).toBe('logs/apply.jsonl');
	});

	it('counts the resources of the plan being applied, and none without a plan', () => {
		see(command('plan'), plan({ create: 2, update: 1 }));
		see(command('apply'));
		expect(fold.snapshot().total).toBe(3);
		see(command('plan'));
		expect(fold.snapshot().total).toBe(0);
		see(command('apply'));
		expect(fold.snapshot().total).toBe(0);
	});

	it('keeps the counts when a step fails and clears them when it is done', () => {
		see(plan({ create: 3 }), command('apply'), resource('a', 'done'), resource('b', 'failed'));
		see({ type: 'step.failed', step: 'install', seconds: 3 });
		expect(fold.snapshot()).toMatchObject({ total: 3, finished: 1, failed: 1 });
		see({ type: 'step.done', step: 'install', seconds: 3, summary: 'all' });
		expect(fold.snapshot()).toMatchObject({ total: 0, finished: 0, failed: 0 });
	});

	it('is reset when another run starts', () => {
		see(plan({ create: 2 }), command('apply'), resource('a', 'started'), resource('b', 'failed'));
		now += 1000;
		see({
			type: 'run.started',
			session: 's',
			resumed: true,
			practice: false,
			steps: [],
			folder: 'f',
		});
		expect(fold.snapshot()).toEqual(new ProgressReducer(() => now).snapshot());
	});
});

describe('resources', () => {
	it('are in progress from start to end', () => {
		see(command('apply'), resource('a', 'started'), resource('b', 'started'));
		expect(fold.snapshot().inFlight.map(({ address }) => address)).toEqual(['a', 'b']);
		see(resource('a', 'done', { elapsed: 3 }), resource('b', 'failed', { elapsed: 4 }));
		expect(fold.snapshot()).toMatchObject({ inFlight: [], finished: 1, failed: 1 });
	});

	it('derive their start time from the elapsed time, using the earliest reported', () => {
		now += 60_000;
		see(resource('a', 'progress', { elapsed: 50, usual: [10, 90] }));
		now += 10_500;
		see(resource('a', 'progress', { elapsed: 60 }));
		expect(fold.snapshot().inFlight).toEqual([
			{ address: 'a', action: 'create', since: START + 10_000, usualSeconds: [10, 90] },
		]);
	});

	it('that are only read are not counted', () => {
		see(command('apply'), resource('data.a', 'started', { action: 'read' }));
		see(resource('data.a', 'done', { action: 'read' }));
		expect(fold.snapshot()).toMatchObject({ finished: 0, inFlight: [] });
	});

	it('count once when replaced, and count when destroyed', () => {
		see(plan({ replace: 1, delete: 1 }, ['gone', 'again (will be replaced)']), command('apply'));
		see(resource('gone', 'done', { action: 'delete' }));
		see(resource('again', 'done', { action: 'delete' }), resource('again', 'done'));
		expect(fold.snapshot()).toMatchObject({ total: 2, finished: 2 });
	});
});

describe('milestones', () => {
	const texts = () =>
		fold.snapshot().milestones.map(({ event }) => {
			const { level, text } = getMilestoneLevelAndText(event);
			return [level, text];
		});

	it('include steps, changes, notes, plans and slow resources', () => {
		see(
			plan({ create: 2 }),
			{ type: 'note', level: 'warning', text: 'mind the gap' },
			{ type: 'change', step: 'state', what: 'bucket b', state: 'made' },
			resource('quick', 'done', { elapsed: 59 }),
			resource('slow', 'done', { elapsed: 185 }),
			resource('bad', 'failed', { elapsed: 2 }),
			{ type: 'step.done', step: 'install', summary: 'all there', seconds: 240 },
		);
		expect(texts()).toEqual([
			['info', 'install plan: 2 to create'],
			['warning', 'mind the gap'],
			['done', 'done: bucket b'],
			['done', 'slow created in 3 min 5 s'],
			['warning', 'failed: bad after 2 s'],
			['done', 'done in 4 min: all there'],
		]);
	});

	it('are limited to the last fifty', () => {
		for (let n = 1; n <= 60; n += 1) see({ type: 'note', level: 'info', text: `note ${n}` });
		expect(texts()).toHaveLength(50);
		expect(texts().at(0)).toEqual(['info', 'note 11']);
		expect(texts().at(-1)).toEqual(['info', 'note 60']);
	});
});

describe('diagnostics', () => {
	const diagnostic = (severity: 'error' | 'warning', summary: string): EngineEvent => ({
		type: 'diagnostic',
		step: 'install',
		diagnostic: { severity, summary, detail: '' },
	});

	it('list errors first and keep them among many warnings', () => {
		for (let n = 0; n < 500; n += 1) see(diagnostic('warning', `w${n}`));
		see(diagnostic('error', 'e'));
		const { diagnostics } = fold.snapshot();
		expect(diagnostics[0]?.summary).toBe('e');
		expect(diagnostics).toHaveLength(51);
	});
});

describe('snapshots', () => {
	it('are immutable and share unchanged lists', () => {
		see({ type: 'note', level: 'info', text: 'one' }, resource('a', 'started'));
		const first = fold.snapshot();
		see(resource('a', 'done'));
		const second = fold.snapshot();
		expect(first.inFlight).toHaveLength(1);
		expect(second.inFlight).toHaveLength(0);
		expect(second.milestones).toBe(first.milestones);
	});

	it('do not grow with the number of events, and neither does memory', () => {
		const size = () => {
			const { inFlight, milestones, diagnostics } = fold.snapshot();
			return inFlight.length + milestones.length + diagnostics.length;
		};
		const stream = (from: number, to: number) => {
			for (let n = from; n < to; n += 1) {
				now += 10;
				// None of these ends, which is the worst case.
				see(resource(`aws_subnet.s["${n}"]`, 'started', { usual: [1, 15] }));
				see({ type: 'note', level: 'info', text: `note ${n} ${'x'.repeat(200)}` });
				see({
					type: 'diagnostic',
					step: 'install',
					diagnostic: { severity: 'error', summary: `e${n}`, detail: 'y'.repeat(200) },
				});
				see(resource(`aws_eip.e["${n}"]`, 'done'));
			}
		};
		stream(0, 1000);
		const sizeBefore = size();
		const heap = () => {
			collect();
			return process.memoryUsage().heapUsed;
		};
		const heapBefore = heap();
		stream(1000, 50_000);
		const grown = heap() - heapBefore;
		expect(size()).toBe(sizeBefore);
		expect(fold.snapshot().finished).toBe(50_000);
		expect(grown).toBeLessThan(10 * 1024 * 1024);
	});
});
