import {
	type AmiInfo,
	type InstanceTypeInfo,
	type KeyPairInfo,
	lookUpAmis,
	lookUpInstanceTypes,
	lookUpKeyPairs,
	lookUpSecurityGroups,
	lookUpSubnetsById,
	type SecurityGroupInfo,
} from '../../../../aws/lookups/ec2-resources.ts';
import type { LookupContext } from '../../../../aws/lookups/lookup-requests.ts';
import type { Lookup, LookupChoice } from '../../../../engine/lookup.ts';
import type { Answers } from '../../../../engine/question.ts';
import {
	compareBy,
	createChoices,
	createRegionalLookup,
	formatDay,
	joinDetails,
} from '../../../../steps/lookups/create-lookup.ts';
import {
	amiIdRule,
	optionalKeyPairNameRule,
} from '../../../../steps/rules/names-and-identifiers.ts';
import { readTextAnswer } from '../../../../steps/rules/read-answers.ts';
import type { Services } from '../../../../steps/services.ts';
import { instanceTypeRule } from '../../rules/instance-types-and-proxy.ts';

/** AMIs that are shared with or owned by the account; the newest release comes first. */
export const amiLookup: Lookup<Services> = createRegionalLookup({
	key: 'settings.ami_id',
	what: 'AMIs owned by or shared with you',
	rule: amiIdRule,
	async find(lookupContext) {
		const newest = compareBy<AmiInfo>(
			(image) => (parseAmiRelease(image) === undefined ? 1 : 0),
			(image) => -releaseRank(parseAmiRelease(image)),
			({ made }) => -Number(made.replaceAll('-', '')),
			// An own copy usually exists for a reason, such as encryption.
			({ own }) => (own ? 0 : 1),
			({ name }) => name,
			({ id }) => id,
		);
		return createChoices(await lookUpAmis(lookupContext), imageChoice, newest);
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
		refusal: getRefusal(image),
	};
}

function getRefusal({ architecture, virtualization, state, windows }: AmiInfo): string | undefined {
	if (windows) return 'is a Windows AMI';
	if (architecture !== 'x86_64') return `is for ${architecture}; x86_64 is required`;
	if (virtualization !== 'hvm') return `is ${virtualization}; hvm is required`;
	return state === 'available' || state === '' ? undefined : `is ${state}`;
}

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
	async find(lookupContext) {
		const items = await lookUpKeyPairs(lookupContext);
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
	async find(lookupContext) {
		const { items, more } = await lookUpInstanceTypes(lookupContext, FAMILIES);
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

const INSTANCE = 'network.existing.instance_subnet_id';

function groupsFor(key: string): Lookup<Services> {
	return createRegionalLookup({
		key,
		what: 'security groups',
		needs: ['network', INSTANCE],
		async find(lookupContext, answers) {
			const [looked, vpc] = await Promise.all([
				lookUpSecurityGroups(lookupContext),
				lookUpInstanceVpc(lookupContext, answers),
			]);
			const named = compareBy<SecurityGroupInfo>(
				({ name }) => (name === 'default' ? 1 : 0),
				(group) => group.vpc,
				({ name }) => name,
			);
			return createChoices(looked, (group) => groupChoice(group, vpc), named);
		},
	});
}

/** The existing VPC to install into; `""` if it is new or unknown. */
async function lookUpInstanceVpc({ aws }: LookupContext, answers: Answers): Promise<string> {
	const subnet =
		readTextAnswer(answers, 'network') === 'existing' ? readTextAnswer(answers, INSTANCE) : '';
	if (subnet === '') return '';
	try {
		return (await lookUpSubnetsById(aws, [subnet]))[0]?.vpc ?? '';
	} catch {
		// The groups are useful even if the VPC is unknown.
		return '';
	}
}

function groupChoice(
	{ id, name, tag, vpc, description }: SecurityGroupInfo,
	wanted: string,
): LookupChoice {
	const refusal = wanted === '' || vpc === wanted ? undefined : `is not in ${wanted}`;
	return { value: id, label: name, hint: joinDetails(tag, description, vpc), refusal };
}

export const securityGroupLookups: readonly Lookup<Services>[] = [
	groupsFor('settings.external_security_group_ids'),
	groupsFor('settings.internal_security_group_ids'),
];
