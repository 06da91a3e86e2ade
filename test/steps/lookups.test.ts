import { describe, expect, it, test } from 'vitest';
import type { SubnetFacts } from '../../source/aws/subnets.ts';
import { choices, known, knownValue, underRule } from '../../source/steps/look-up/found.ts';
import { subnetRefusal } from '../../source/steps/network/subnet-refusal.ts';
import { keyNameOrEmpty } from '../../source/steps/rules/identifiers.ts';
import { getTarget } from '../../source/targets/registry.ts';
import { ACCOUNT, allLookups } from './lookups-support.ts';

describe('every look-up', () => {
	const { questions } = getTarget('ptfe-ami').catalogue;
	const keys = questions.map(({ key }) => key);

	it('is for a question of its own step, once', () => {
		for (const { id, lookups = [] } of getTarget('ptfe-ami').steps) {
			const own = questions.filter(({ step }) => step === id).map(({ key }) => key);
			expect(own).toEqual(expect.arrayContaining(lookups.map(({ key }) => key)));
		}
		const looked = allLookups.map(({ key }) => key);
		expect(looked.filter((key, index) => looked.indexOf(key) !== index)).toEqual([]);
		expect(looked.length).toBeGreaterThan(20);
	});

	it('starts from answers there are, asked before it or with a default', () => {
		for (const { key, needs } of allLookups) {
			expect(keys).toEqual(expect.arrayContaining([...needs]));
			expect(needs).not.toContain(key);
			const later = needs.filter((need) => keys.indexOf(need) > keys.indexOf(key));
			const without = questions.filter(
				(one) => later.includes(one.key) && one.default === undefined,
			);
			expect(without).toEqual([]);
		}
	});

	it('says what it looks up, before and after the region is known', () => {
		for (const { what } of allLookups) {
			expect(what({})).toMatch(/^[a-zA-Z]{3}/);
			expect(what({ account: ACCOUNT, region: 'eu-west-1' })).not.toContain('undefined');
		}
	});
});

test('what nobody has answered is absent, also where reading it throws', () => {
	const answers = new Proxy<Record<string, unknown>>(
		{ region: 'eu-west-1', flag: true },
		{
			get: () => {
				throw new Error('not answered');
			},
		},
	);
	expect(known(answers, 'region')).toBe('eu-west-1');
	expect(known(answers, 'settings.fqdn')).toBe('');
	expect(known(answers, 'flag')).toBe('');
	expect(knownValue(answers, 'flag')).toBe(true);
});

describe('choices', () => {
	const found = (more: boolean) =>
		choices(
			{ items: ['b', 'x', 'a'], more },
			(value) => (value === 'a' ? { value, refusal: 'no' } : { value, hint: 'h' }),
			(left, right) => (left < right ? -1 : 1),
		);

	it('are sorted, those that can be taken first', () => {
		expect(found(false)).toEqual([
			{ value: 'b', hint: 'h' },
			{ value: 'x', hint: 'h' },
			{ value: 'a', refusal: 'no' },
		]);
	});

	it('say on the last one that there are more', () => {
		expect(found(true).map(({ hint }) => hint)).toEqual([
			...['h', 'h'],
			'there are more than these 3; type another one',
		]);
	});

	it('that the question would refuse are refused, in its words', () => {
		const [good, bad] = underRule(keyNameOrEmpty, [{ value: 'my key' }, { value: 'ops' }]);
		expect(good).toEqual({ value: 'ops' });
		expect(bad?.refusal).toContain('holds a space');
	});
});

describe('a subnet', () => {
	const subnet = (id: string, others: Partial<SubnetFacts> = {}): SubnetFacts => ({
		...{ id, vpc: 'vpc-1', zone: 'us-west-2a', cidr: '10.0.0.0/24', freeAddresses: 200 },
		...{ defaultRoute: 'nat', name: '' },
		...others,
	});
	const machine = subnet('subnet-1', { freeAddresses: 3 });
	const none = undefined;

	test.each([
		['will do for the machine', 'instance', {}, none, none],
		['public will do for the machine', 'instance', { defaultRoute: 'internet' }, none, none],
		['with few addresses will do for one machine', 'instance', { freeAddresses: 1 }, none, none],
		['without an address will not', 'instance', { freeAddresses: 0 }, none, /no free address/],
		['without a way out will not', 'instance', { defaultRoute: 'none' }, none, /no default route/],
		['that is full will not balance', 'balancer', { freeAddresses: 7 }, none, /7 free.*needs 8/],
		['that is private may balance', 'balancer', { defaultRoute: 'none' }, machine, none],
		['of another zone may balance', 'balancer', { zone: 'us-west-2b' }, machine, none],
		['of another VPC may not', 'balancer', { vpc: 'vpc-2' }, machine, /is in vpc-2: .*one VPC/],
		['of another VPC may hold no data', 'data', { vpc: 'vpc-2' }, machine, /is in vpc-2/],
		['of any VPC may, while none is chosen', 'data', { vpc: 'vpc-2' }, none, none],
		['without a way out may hold data', 'data', { defaultRoute: 'none' }, machine, none],
		['that is full may not', 'data', { freeAddresses: 0 }, machine, /no free address/],
	] as const)('%s', (_, role, facts, chosen, refusal) => {
		const found = subnetRefusal(role, subnet('subnet-2', facts), chosen);
		if (refusal === undefined) expect(found).toBeUndefined();
		else expect(found).toMatch(refusal);
	});

	it("of the machine itself may serve the others, by the others' rules", () => {
		expect(subnetRefusal('data', machine, machine)).toBeUndefined();
		expect(subnetRefusal('balancer', machine, machine)).toMatch(/3 free addresses/);
	});
});
