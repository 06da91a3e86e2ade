import { describe, expect, it } from 'vitest';
import type { EngineEvent, ResourceProgress } from '../../../source/engine/events.ts';
import {
	CreationTracker,
	clearInterruptedResources,
	getInterruptedResources,
	treatCompletionAsCreate,
	untaintInterruptedResources,
} from '../../../source/steps/stack/interrupted-run.ts';
import type { Context } from '../../../source/steps/step-context.ts';
import type { Terraform } from '../../../source/terraform/driver.ts';

const CANCELED = 'waiting for RDS DB Instance (tfe) create: context canceled';

/** A session as far as it is needed here: notes, and how often they were written. */
function contextWith(notes: Record<string, unknown> = {}) {
	let writes = 0;
	const session = {
		record: { notes },
		note(name: string, value: unknown) {
			writes += 1;
			notes[name] = value;
		},
	};
	const context = { session, step: 'install' } as unknown as Context;
	return { context, writes: () => writes };
}

function ends(
	address: string,
	phase: ResourceProgress['phase'],
	action: 'create' | 'delete' = 'create',
): EngineEvent {
	const at = { step: 'install', stack: 'install' };
	return { ...at, type: 'resource', address, action, phase, elapsedSeconds: 1 };
}

function error(address: string, summary: string): EngineEvent {
	const diagnostic = { severity: 'error' as const, summary, detail: '', address };
	return { type: 'diagnostic', step: 'install', diagnostic };
}

function applied(context: Context, ...events: EngineEvent[]) {
	const creations = new CreationTracker();
	for (const event of events) creations.see(event);
	creations.note(context, 'install');
}

describe('incomplete resources of an apply', () => {
	it('are recorded as failed or as interrupted while waiting', () => {
		const { context } = contextWith();
		applied(
			context,
			...[
				ends('a', 'done'),
				ends('b', 'failed'),
				ends('c', 'failed'),
				ends('d', 'failed', 'delete'),
			],
			...[error('b', 'creating VPC: context canceled'), error('c', CANCELED), error('a', CANCELED)],
		);
		expect(getInterruptedResources(context, 'install')).toEqual({ b: 'failed', c: 'cut' });
		expect(getInterruptedResources(context, 'network')).toEqual({});
	});

	it('are removed by later applies and when the stack is complete', () => {
		const { context, writes } = contextWith();
		applied(context, ends('a', 'failed'), ends('b', 'failed'));
		applied(context, ends('a', 'done'), ends('c', 'failed'));
		expect(getInterruptedResources(context, 'install')).toEqual({ b: 'failed', c: 'failed' });
		clearInterruptedResources(context, 'install');
		expect(getInterruptedResources(context, 'install')).toEqual({});
		const before = writes();
		clearInterruptedResources(context, 'install');
		applied(context, ends('a', 'done'));
		expect(writes()).toBe(before);
	});

	it('are untainted once, and returned again by a second run', async () => {
		const { context } = contextWith({
			'half-made.install': { a: 'failed', c: 'cut', gone: 'cut' },
		});
		const untainted: string[] = [];
		const terraform = {
			stateList: async () => ['a', 'b', 'c'],
			untaint: async (address: string) => void untainted.push(address),
		} as unknown as Terraform;
		const run = async () => {
			const running = untaintInterruptedResources(context, 'install', terraform);
			const notes: unknown[] = [];
			for (;;) {
				const { value, done } = await running.next();
				if (done) return { notes, taken: value };
				notes.push(value);
			}
		};
		expect(await run()).toMatchObject({ taken: ['c'], notes: [{ type: 'note' }] });
		expect(await run()).toEqual({ taken: ['c'], notes: [] });
		expect(untainted).toEqual(['c']);
		expect(getInterruptedResources(context, 'install')).toEqual({
			a: 'failed',
			c: 'taken',
			gone: 'failed',
		});
	});
});

describe('approval', () => {
	const begun = { a: 'failed', c: 'taken' } as const;
	const change = (address: string, action: 'replace' | 'update' | 'delete', reason?: string) => ({
		...{ address, resourceType: 'aws_vpc', action, reason },
	});

	it('of a creation includes replacing or completing its incomplete resources', () => {
		expect(treatCompletionAsCreate(change('a', 'replace', 'tainted'), begun).action).toBe('create');
		expect(treatCompletionAsCreate(change('c', 'update'), begun).action).toBe('create');
	});

	it('of a creation includes no other changes', () => {
		const others = [
			change('b', 'replace', 'tainted'),
			change('b', 'update'),
			change('a', 'replace', 'cannot_update'),
			change('a', 'delete'),
		];
		for (const other of others) expect(treatCompletionAsCreate(other, begun)).toBe(other);
	});
});
