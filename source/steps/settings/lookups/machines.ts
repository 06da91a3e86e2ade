import {
	type InstanceTypeFacts,
	type KeyPairFacts,
	lookUpInstanceTypes,
	lookUpKeyPairs,
} from '../../../aws/lookups/machines.ts';
import type { Found, Lookup } from '../../../engine/lookup.ts';
import { by, choices, day, facts } from '../../look-up/found.ts';
import { regional } from '../../look-up/regional.ts';
import { keyNameOrEmpty } from '../../rules/identifiers.ts';
import { instanceType } from '../../rules/machine.ts';
import type { Services } from '../../services.ts';

const DEFAULT_TYPE = 'm5.2xlarge';
// The product's requirements, as in the help of the question; larger types bring no benefit.
const LEAST = { processors: 8, memoryGb: 32 };
const MOST_PROCESSORS = 32;
// Current general-purpose and memory-optimized families; m4 is for AMIs without ENA.
const FAMILIES = 'm5 m5a m6i m6a m7i m7a m4 r5 r6i r6a r7i r7a'.split(' ');

/** Key pairs in the region. "None" comes last, because it prevents SSH access. */
const keyPairs = regional({
	key: 'settings.key_name',
	what: 'key pairs',
	rule: keyNameOrEmpty,
	async find(asking) {
		const items = await lookUpKeyPairs(asking);
		const named = by<KeyPairFacts>(({ name }) => name);
		const found = choices({ items, more: false }, keyChoice, named);
		const none = { value: '', label: 'None', hint: 'no SSH access to the instance' };
		return [...found, none];
	},
});

function keyChoice({ name, type, fingerprint, made }: KeyPairFacts): Found {
	return { value: name, hint: facts(type, made && `created ${day(made)}`, fingerprint) };
}

/** Types that meet the requirements: the default first, then from small to large. */
const instanceTypes = regional({
	key: 'settings.instance_type',
	what: 'instance types',
	rule: instanceType,
	async find(asking) {
		const { items, more } = await lookUpInstanceTypes(asking, FAMILIES);
		const small = by<InstanceTypeFacts>(
			({ type }) => (type === DEFAULT_TYPE ? 0 : 1),
			({ processors }) => processors,
			({ memoryGb }) => memoryGb,
			({ type }) => FAMILIES.indexOf(type.split('.')[0] ?? ''),
		);
		return choices({ items: items.filter(isFit), more }, typeChoice, small);
	},
});

function isFit({ type, processors, memoryGb }: InstanceTypeFacts): boolean {
	return (
		FAMILIES.includes(type.split('.')[0] ?? '') &&
		memoryGb >= LEAST.memoryGb &&
		processors >= LEAST.processors &&
		processors <= MOST_PROCESSORS
	);
}

function typeChoice({ type, processors, memoryGb }: InstanceTypeFacts): Found {
	const old = type.startsWith('m4.') ? 'for AMIs without ENA' : '';
	return { value: type, hint: facts(`${processors} vCPU`, `${memoryGb} GB`, old) };
}

export const machines: readonly Lookup<Services>[] = [keyPairs, instanceTypes];
