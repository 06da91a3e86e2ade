import type { Choice } from '../../../source/wizard/wizard-view-model.ts';

const zones = ['us-west-2a', 'us-west-2b', 'us-west-2c'] as const;

/** Twelve subnets of two networks; those of the other network are unavailable. */
export const sampleSubnets: readonly Choice[] = Array.from({ length: 12 }, (_, index) => {
	const mine = index < 8;
	const open = index % 4 === 3;
	const place = `10.${mine ? 20 : 30}.${index * 16}.0/20`;
	return {
		value: `subnet-0a1b2c3d4e5f600${String(index + 1).padStart(2, '0')}`,
		label: `${mine ? 'acme-shared' : 'acme-legacy'}-${open ? 'public' : 'private'}-${index + 1}`,
		hint: `${zones[index % 3]}  ${place}  ${open ? 'public' : 'private'}  ${4091 - index * 37} free`,
		...(mine ? {} : { refusal: 'is in vpc-0f9e8d7c, the others in vpc-0a1b2c3d' }),
	};
});
