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
// What the product wants, as the help of the question says; beyond the rest nothing is gained.
const LEAST = { processors: 8, memoryGb: 32 };
const MOST_PROCESSORS = 32;
// General purpose and memory, of today; m4 for images without ENA.
const FAMILIES = 'm5 m5a m6i m6a m7i m7a m4 r5 r6i r6a r7i r7a'.split(' ');

/** Key pairs of the region. To have none comes last: nobody could log in. */
const keyPairs = regional({
	key: 'settings.key_name',
	what: 'key pairs',
	rule: keyNameOrEmpty,
	async find(asking) {
		const items = await lookUpKeyPairs(asking);
		const named = by<KeyPairFacts>(({ name }) => name);
		const found = choices({ items, more: false }, keyChoice, named);
		const none = { value: '', label: 'None', hint: 'nobody can log in to the machine' };
		return [...found, none];
	},
});

function keyChoice({ name, type, fingerprint, made }: KeyPairFacts): Found {
	return { value: name, hint: facts(type, made && `made ${day(made)}`, fingerprint) };
}

/** Types that are large enough, the default first, then from small to large. */
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
	const old = type.startsWith('m4.') ? 'for an image without ENA' : '';
	return { value: type, hint: facts(`${processors} vCPU`, `${memoryGb} GB`, old) };
}

export const machines: readonly Lookup<Services>[] = [keyPairs, instanceTypes];
