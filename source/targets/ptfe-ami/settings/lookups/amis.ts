import { type AmiInfo, lookUpAmis } from '../../../../aws/lookups/amis.ts';
import type { Lookup, LookupChoice } from '../../../../engine/lookup.ts';
import { createRegionalLookup } from '../../../../steps/lookups/create-lookup.ts';
import { compareBy, createChoices, joinDetails } from '../../../../steps/lookups/lookup-choices.ts';
import { amiIdRule } from '../../../../steps/rules/identifiers.ts';
import type { Services } from '../../../../steps/services.ts';

/** AMIs that are shared with or owned by the account; the newest release comes first. */
export const amiLookup: Lookup<Services> = createRegionalLookup({
	key: 'settings.ami_id',
	what: 'AMIs owned by or shared with you',
	rule: amiIdRule,
	async find(asking) {
		const newest = compareBy<AmiInfo>(
			(image) => (parseAmiRelease(image) === undefined ? 1 : 0),
			(image) => -releaseRank(parseAmiRelease(image)),
			({ made }) => -Number(made.replaceAll('-', '')),
			// An own copy usually exists for a reason, such as encryption.
			({ own }) => (own ? 0 : 1),
			({ name }) => name,
			({ id }) => id,
		);
		return createChoices(await lookUpAmis(asking), imageChoice, newest);
	},
});

/** The release in the name of a Private Terraform Enterprise AMI: `v201801-1`. */
export function parseAmiRelease({
	name,
	description,
}: Pick<AmiInfo, 'name' | 'description'>): string | undefined {
	const found = /(?<![0-9A-Za-z])v?(20[0-9]{2}(?:0[1-9]|1[0-2])-[0-9]{1,2})(?![0-9])/.exec(
		`${name} ${description}`,
	);
	return found?.[1] === undefined ? undefined : `v${found[1]}`;
}

function releaseRank(release: string | undefined): number {
	const [month = 0, number = 0] = (release ?? '').replace('v', '').split('-').map(Number);
	return month * 100 + number;
}

function imageChoice(image: AmiInfo): LookupChoice {
	const { id, name, made, own, owner, encrypted, ena } = image;
	const release = parseAmiRelease(image);
	const refusal = getRefusal(image);
	return {
		value: id,
		...(name === '' ? {} : { label: name }),
		hint: joinDetails(
			release && `release ${release}`,
			made,
			own ? 'owned by you' : `owned by ${owner}`,
			encrypted ? 'encrypted' : '',
			ena ? '' : 'no ENA: requires m4.2xlarge',
		),
		...(refusal === undefined ? {} : { refusal }),
	};
}

function getRefusal({ architecture, virtualization, state, windows }: AmiInfo): string | undefined {
	if (windows) return 'is a Windows AMI';
	if (architecture !== 'x86_64') return `is for ${architecture}; x86_64 is required`;
	if (virtualization !== 'hvm') return `is ${virtualization}; hvm is required`;
	return state === 'available' || state === '' ? undefined : `is ${state}`;
}
