import {
	type InstanceTypeInfo,
	type KeyPairInfo,
	lookUpInstanceTypes,
	lookUpKeyPairs,
} from '../../../../aws/lookups/ec2-resources.ts';
import type { Lookup, LookupChoice } from '../../../../engine/lookup.ts';
import { createRegionalLookup } from '../../../../steps/lookups/create-lookup.ts';
import {
	compareBy,
	createChoices,
	formatDay,
	joinDetails,
} from '../../../../steps/lookups/lookup-choices.ts';
import { optionalKeyPairNameRule } from '../../../../steps/rules/identifiers.ts';
import type { Services } from '../../../../steps/services.ts';
import { instanceTypeRule } from '../../rules/instance-types.ts';

const DEFAULT_TYPE = 'm5.2xlarge';
// The product's requirements, as in the help of the question; larger types bring no benefit.
const LEAST = { processors: 8, memoryGb: 32 };
const MOST_PROCESSORS = 32;
// Current general-purpose and memory-optimized families; m4 is for AMIs without ENA.
const FAMILIES = 'm5 m5a m6i m6a m7i m7a m4 r5 r6i r6a r7i r7a'.split(' ');

/** Key pairs in the region. "None" comes last, because it prevents SSH access. */
const keyPairs = createRegionalLookup({
	key: 'settings.key_name',
	what: 'key pairs',
	rule: optionalKeyPairNameRule,
	async find(asking) {
		const items = await lookUpKeyPairs(asking);
		const named = compareBy<KeyPairInfo>(({ name }) => name);
		const found = createChoices({ items, more: false }, keyChoice, named);
		const none = { value: '', label: 'None', hint: 'no SSH access to the instance' };
		return [...found, none];
	},
});

function keyChoice({ name, type, fingerprint, made }: KeyPairInfo): LookupChoice {
	return {
		value: name,
		hint: joinDetails(type, made && `created ${formatDay(made)}`, fingerprint),
	};
}

/** Types that meet the requirements: the default first, then from small to large. */
const instanceTypes = createRegionalLookup({
	key: 'settings.instance_type',
	what: 'instance types',
	rule: instanceTypeRule,
	async find(asking) {
		const { items, more } = await lookUpInstanceTypes(asking, FAMILIES);
		const small = compareBy<InstanceTypeInfo>(
			({ type }) => (type === DEFAULT_TYPE ? 0 : 1),
			({ processors }) => processors,
			({ memoryGb }) => memoryGb,
			({ type }) => FAMILIES.indexOf(type.split('.')[0] ?? ''),
		);
		return createChoices({ items: items.filter(isFit), more }, typeChoice, small);
	},
});

function isFit({ type, processors, memoryGb }: InstanceTypeInfo): boolean {
	return (
		FAMILIES.includes(type.split('.')[0] ?? '') &&
		memoryGb >= LEAST.memoryGb &&
		processors >= LEAST.processors &&
		processors <= MOST_PROCESSORS
	);
}

function typeChoice({ type, processors, memoryGb }: InstanceTypeInfo): LookupChoice {
	const old = type.startsWith('m4.') ? 'for AMIs without ENA' : '';
	return { value: type, hint: joinDetails(`${processors} vCPU`, `${memoryGb} GB`, old) };
}

export const instanceLookups: readonly Lookup<Services>[] = [keyPairs, instanceTypes];
