import { describe, expect, it } from 'vitest';
import {
	buildPlanTree,
	flattenPlanTree,
	getResourceType,
} from '../../../screens/plan/plan-tree.ts';
import { createBigPlan } from './big-plan.ts';

const none: ReadonlySet<string> = new Set();
const ids = (tree: ReturnType<typeof buildPlanTree>, open: readonly string[], query = '') =>
	flattenPlanTree(tree, { open: new Set(open), query, width: 80 }).map(({ id }) => id);

describe('the tree', () => {
	it.each([
		['aws_vpc.main', 'aws_vpc'],
		['aws_subnet.a["x.y"]', 'aws_subnet'],
		['module.net["a.b"].aws_eip.nat[0]', 'aws_eip'],
		['odd', 'odd'],
	])('reads the type of %s', (address, type) => {
		expect(getResourceType(address)).toBe(type);
	});

	it.each([
		['aws_subnet.main["s 1"]', 'resource:1'],
		['aws_subnet.main["s 1"] (will be replaced): why', 'resource:1'],
		['aws_subnet.main["s 2"]: why', 'resource:2'],
		['aws_subnet.main["s 99"]: why', undefined],
	])('finds the resource named by %s', (text, id) => {
		const tree = buildPlanTree(createBigPlan(3, { destroys: [text] }));
		expect(tree.losses[0]?.node?.id).toBe(id);
	});

	it('lists every destroyed resource, described or not', () => {
		const plan = createBigPlan(2);
		const [first, second] = plan.resources;
		if (first === undefined || second === undefined) throw new Error('too few');
		const resources = [{ ...first, action: 'delete' as const }, second];
		const { losses } = buildPlanTree({ ...plan, resources, destroys: [] });
		expect(losses.map(({ text }) => text)).toEqual([first.address]);
	});

	it('has a group for every resource, listed in the plan or not', () => {
		const plan = createBigPlan(2);
		const tree = buildPlanTree({ ...plan, groups: plan.groups.slice(1) });
		expect(tree.groups.map(({ title }) => title)).toEqual(['group 1', 'group 0']);
	});
});

describe('rows', () => {
	const tree = buildPlanTree(createBigPlan(3));

	it.each<[string, readonly string[], readonly string[]]>([
		[
			'are the groups while nothing is open',
			[],
			['group:group 0', 'group:group 1', 'group:group 2'],
		],
		[
			'include the resources of an open group',
			['group:group 1'],
			['group:group 0', 'group:group 1', 'resource:1', 'group:group 2'],
		],
		[
			'include the attributes of an open resource',
			['group:group 0', 'resource:0'],
			[
				...['group:group 0', 'resource:0', 'resource:0/0', 'resource:0/1', 'resource:0/2'],
				...['group:group 1', 'group:group 2'],
			],
		],
		[
			'include both values of an open attribute',
			['group:group 0', 'resource:0', 'resource:0/1'],
			[
				...['group:group 0', 'resource:0', 'resource:0/0', 'resource:0/1'],
				...['resource:0/1/before/0', 'resource:0/1/after/0', 'resource:0/2'],
				...['group:group 1', 'group:group 2'],
			],
		],
		[
			'leave out open resources of a closed group',
			['resource:0'],
			['group:group 0', 'group:group 1', 'group:group 2'],
		],
	])('%s', (_, open, expected) => {
		expect(ids(tree, open)).toEqual(expected);
	});

	it('hold the whole value of an open attribute', () => {
		const open = new Set(['group:group 0', 'resource:0', 'resource:0/2']);
		const rows = flattenPlanTree(tree, { open, width: 60 });
		const text = rows.flatMap((row) => (row.kind === 'value' ? [row.text] : [])).join(' ');
		expect(text).toContain('end 0');
		expect(text.match(/long/g)).toHaveLength(60);
	});

	it('start with losses, then warnings', () => {
		const losing = buildPlanTree(createBigPlan(1, { destroys: ['a: x', 'b'], warnings: ['mind'] }));
		expect(ids(losing, [])).toEqual([
			...['losses', 'loss:0/line0', 'loss:1/line0', 'warning:0/line0', 'group:group 0'],
		]);
	});

	it.each<[string, readonly string[]]>([
		['NAME-1', ['group:group 1', 'resource:1', 'resource:1/1']],
		['s 2"', ['group:group 2', 'resource:2']],
		['nowhere', ['none']],
	])('match the query %s', (query, expected) => {
		expect(ids(tree, [], query)).toEqual(expected);
	});

	it('are unique, whatever is open', () => {
		const open = new Set(['group:group 0', 'resource:0', 'resource:0/2', 'loss:0', 'loss:0/2']);
		const plan = createBigPlan(3, {
			destroys: ['aws_subnet.main["s 0"]', 'aws_subnet.main["s 0"]'],
		});
		const all = flattenPlanTree(buildPlanTree(plan), { open, width: 30 }).map(({ id }) => id);
		expect(new Set(all).size).toBe(all.length);
	});

	it('of 5,000 resources are few while groups are closed', () => {
		expect(
			flattenPlanTree(buildPlanTree(createBigPlan(5000)), { open: none, width: 80 }),
		).toHaveLength(10);
	});
});
