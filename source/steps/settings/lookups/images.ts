import { type ImageFacts, lookUpImages } from '../../../aws/lookups/images.ts';
import type { Found, Lookup } from '../../../engine/lookup.ts';
import { by, choices, facts } from '../../look-up/found.ts';
import { regional } from '../../look-up/regional.ts';
import { amiId } from '../../rules/identifiers.ts';
import type { Services } from '../../services.ts';

/** AMIs that are shared with or owned by the account; the newest release comes first. */
export const images: Lookup<Services> = regional({
	key: 'settings.ami_id',
	what: 'AMIs owned by or shared with you',
	rule: amiId,
	async find(asking) {
		const newest = by<ImageFacts>(
			(image) => (releaseOf(image) === undefined ? 1 : 0),
			(image) => -releaseRank(releaseOf(image)),
			({ made }) => -Number(made.replaceAll('-', '')),
			// An own copy usually exists for a reason, such as encryption.
			({ own }) => (own ? 0 : 1),
			({ name }) => name,
			({ id }) => id,
		);
		return choices(await lookUpImages(asking), imageChoice, newest);
	},
});

/** The release in the name of a Private Terraform Enterprise AMI: `v201801-1`. */
export function releaseOf({
	name,
	description,
}: Pick<ImageFacts, 'name' | 'description'>): string | undefined {
	const found = /(?<![0-9A-Za-z])v?(20[0-9]{2}(?:0[1-9]|1[0-2])-[0-9]{1,2})(?![0-9])/.exec(
		`${name} ${description}`,
	);
	return found?.[1] === undefined ? undefined : `v${found[1]}`;
}

function releaseRank(release: string | undefined): number {
	const [month = 0, number = 0] = (release ?? '').replace('v', '').split('-').map(Number);
	return month * 100 + number;
}

function imageChoice(image: ImageFacts): Found {
	const { id, name, made, own, owner, encrypted, ena } = image;
	const release = releaseOf(image);
	const refusal = refusalOf(image);
	return {
		value: id,
		...(name === '' ? {} : { label: name }),
		hint: facts(
			release && `release ${release}`,
			made,
			own ? 'owned by you' : `owned by ${owner}`,
			encrypted ? 'encrypted' : '',
			ena ? '' : 'no ENA: requires m4.2xlarge',
		),
		...(refusal === undefined ? {} : { refusal }),
	};
}

function refusalOf({
	architecture,
	virtualization,
	state,
	windows,
}: ImageFacts): string | undefined {
	if (windows) return 'is a Windows AMI';
	if (architecture !== 'x86_64') return `is for ${architecture}; x86_64 is required`;
	if (virtualization !== 'hvm') return `is ${virtualization}; hvm is required`;
	return state === 'available' || state === '' ? undefined : `is ${state}`;
}
