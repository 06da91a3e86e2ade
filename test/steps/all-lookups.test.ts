import { describe, expect, it, test } from 'vitest';
import type { SubnetInfo } from '../../source/aws/lookups/ec2-resources.ts';
import { applyRuleToChoices, createChoices } from '../../source/steps/lookups/create-lookup.ts';
import { getSubnetRefusal } from '../../source/steps/network/existing-subnets.ts';
import { optionalKeyPairNameRule } from '../../source/steps/rules/names-and-identifiers.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { ACCOUNT, allLookups } from './lookup-helpers.ts';

describe('every lookup', () => {
	const { questions } = getTargetOrDefault('ptfe-ami').catalogue;
	const keys = questions.map(({ key }) => key);

	it('belongs to exactly one question of its own step', () => {
		for (const { id, lookups = [] } of getTargetOrDefault('ptfe-ami').steps) {
			const own = questions.filter(({ step }) => step === id).map(({ key }) => key);
			expect(own).toEqual(expect.arrayContaining(lookups.map(({ key }) => key)));
		}
		const looked = allLookups.map(({ key }) => key);
		expect(looked.filter((key, index) => looked.indexOf(key) !== index)).toEqual([]);
		expect(looked.length).toBeGreaterThan(20);
	});

	it('depends only on answers that are asked before it or have a default', () => {
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

	it('describes what it looks up, before and after the region is known', () => {
		for (const { what } of allLookups) {
			expect(what({})).toMatch(/^[a-zA-Z]{3}/);
			expect(what({ account: ACCOUNT, region: 'eu-west-1' })).not.toContain('undefined');
		}
	});
});

describe('choices', () => {
	const found = (more: boolean) =>
		createChoices(
			{ items: ['b', 'x', 'a'], more },
			(value) => (value === 'a' ? { value, refusal: 'no' } : { value, hint: 'h' }),
			(value) => value,
		);

	it('are sorted, with selectable ones first', () => {
		expect(found(false)).toEqual([
			{ value: 'b', hint: 'h' },
			{ value: 'x', hint: 'h' },
			{ value: 'a', refusal: 'no' },
		]);
	});

	it('note on the last one that AWS has more', () => {
		expect(found(true).map(({ hint }) => hint)).toEqual([
			...['h', 'h'],
			'only the first 3 are listed; you can enter another value',
		]);
	});

	it('rejected by the rule of the question are unavailable, with its message', () => {
		const [good, bad] = applyRuleToChoices(optionalKeyPairNameRule, [
			{ value: 'my key' },
			{ value: 'ops' },
		]);
		expect(good).toEqual({ value: 'ops' });
		expect(bad?.refusal).toContain('contains a space');
	});
});

describe('subnetRefusal', () => {
	const subnet = (id: string, others: Partial<SubnetInfo> = {}): SubnetInfo => ({
		...{ id, vpc: 'vpc-1', zone: 'us-west-2a', cidr: '10.0.0.0/24', freeAddresses: 200 },
		...{ defaultRoute: 'nat', name: '' },
		...others,
	});
	const machine = subnet('subnet-1', { freeAddresses: 3 });
	const none = undefined;

	test.each([
		['accepts a private subnet for the instance', 'instance', {}, none, none],
		[
			'accepts a public subnet for the instance',
			'instance',
			{ defaultRoute: 'internet' },
			none,
			none,
		],
		[
			'accepts a subnet with one free address for the instance',
			'instance',
			{ freeAddresses: 1 },
			none,
			none,
		],
		[
			'rejects a subnet without a free address for the instance',
			'instance',
			{ freeAddresses: 0 },
			none,
			/no free address/,
		],
		[
			'rejects a subnet without a default route for the instance',
			'instance',
			{ defaultRoute: 'none' },
			none,
			/no default route/,
		],
		[
			'rejects a nearly full subnet for the load balancer',
			'load-balancer',
			{ freeAddresses: 7 },
			none,
			/7 free.*requires 8/,
		],
		[
			'accepts a private subnet for the load balancer',
			'load-balancer',
			{ defaultRoute: 'none' },
			machine,
			none,
		],
		[
			'accepts a subnet in another zone for the load balancer',
			'load-balancer',
			{ zone: 'us-west-2b' },
			machine,
			none,
		],
		[
			'rejects a subnet in another VPC for the load balancer',
			'load-balancer',
			{ vpc: 'vpc-2' },
			machine,
			/is in vpc-2: .*same VPC/,
		],
		[
			'rejects a subnet in another VPC for the database',
			'data',
			{ vpc: 'vpc-2' },
			machine,
			/is in vpc-2/,
		],
		[
			'accepts a subnet in any VPC while no instance subnet is selected',
			'data',
			{ vpc: 'vpc-2' },
			none,
			none,
		],
		[
			'accepts a subnet without a default route for the database',
			'data',
			{ defaultRoute: 'none' },
			machine,
			none,
		],
		[
			'rejects a full subnet for the database',
			'data',
			{ freeAddresses: 0 },
			machine,
			/no free address/,
		],
	] as const)('%s', (_, role, facts, chosen, refusal) => {
		const found = getSubnetRefusal(role, subnet('subnet-2', facts), chosen);
		if (refusal === undefined) expect(found).toBeUndefined();
		else expect(found).toMatch(refusal);
	});

	it('applies the rules of each role to the subnet of the instance', () => {
		expect(getSubnetRefusal('data', machine, machine)).toBeUndefined();
		expect(getSubnetRefusal('load-balancer', machine, machine)).toMatch(/3 free addresses/);
	});
});
