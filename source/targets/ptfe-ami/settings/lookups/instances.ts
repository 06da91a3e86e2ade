import type { Image, SecurityGroup } from '@aws-sdk/client-ec2';
import {
	type InstanceTypeInfo,
	lookUpInstanceTypes,
	lookUpKeyPairs,
	lookUpOwnAndSharedAmis,
	lookUpSecurityGroups,
	lookUpSubnetsById,
} from '../../../../aws/lookups/ec2-resources.ts';
import { getNameTag, type LookupContext } from '../../../../aws/lookups/lookup-requests.ts';
import type { Answers } from '../../../../engine/question.ts';
import type { Lookup, LookupChoice } from '../../../../engine/step.ts';
import {
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
import type { Services } from '../../../../steps/step-context.ts';
import { instanceTypeRule } from '../../rules/instance-types-and-proxy.ts';

/** AMIs that are shared with or owned by the account; the newest release comes first. */
export const amiLookup: Lookup<Services> = createRegionalLookup({
	key: 'settings.ami_id',
	what: 'AMIs owned by or shared with you',
	rule: amiIdRule,
	find: async (lookupContext) =>
		createChoices(
			await lookUpOwnAndSharedAmis(lookupContext),
			imageChoice,
			(image) => (parseAmiRelease(image) === undefined ? 1 : 0),
			(image) => -releaseRank(parseAmiRelease(image)),
			(image) => -Number(getCreationDay(image).replaceAll('-', '')),
			// An own copy usually exists for a reason, such as encryption.
			({ own }) => (own ? 0 : 1),
			({ Name = '' }) => Name.trim(),
			({ ImageId = '' }) => ImageId,
		),
});

/** The release in the name of a Private Terraform Enterprise AMI: `v201801-1`. */
export function parseAmiRelease({
	Name = '',
	Description = '',
}: Pick<Image, 'Name' | 'Description'>): string | undefined {
	const found = /(?<![0-9A-Za-z])v?(20[0-9]{2}(?:0[1-9]|1[0-2])-[0-9]{1,2})(?![0-9])/.exec(
		`${Name} ${Description}`,
	);
	return found?.[1] === undefined ? undefined : `v${found[1]}`;
}

function releaseRank(release: string | undefined): number {
	const [month = 0, number = 0] = (release ?? '').replace('v', '').split('-').map(Number);
	return month * 100 + number;
}

const getCreationDay = ({ CreationDate = '' }: Image) => CreationDate.slice(0, 10);

function imageChoice(image: Image & { own: boolean }): LookupChoice {
	const release = parseAmiRelease(image);
	return {
		value: image.ImageId ?? '',
		label: image.Name?.trim() || undefined,
		hint: joinDetails(
			release && `release ${release}`,
			getCreationDay(image),
			image.own ? 'owned by you' : `owned by ${image.OwnerId ?? ''}`,
			image.BlockDeviceMappings?.some(({ Ebs }) => Ebs?.Encrypted === true) ? 'encrypted' : '',
			image.EnaSupport === true ? '' : 'no ENA: requires m4.2xlarge',
		),
		refusal: getRefusal(image),
	};
}

function getRefusal(image: Image): string | undefined {
	const { Architecture = '', VirtualizationType = '', State = 'available', Platform } = image;
	if (Platform?.toLowerCase() === 'windows') return 'is a Windows AMI';
	if (Architecture !== 'x86_64') return `is for ${Architecture}; x86_64 is required`;
	if (VirtualizationType !== 'hvm') return `is ${VirtualizationType}; hvm is required`;
	return State === 'available' ? undefined : `is ${State}`;
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
		const found = createChoices(
			await lookUpKeyPairs(lookupContext),
			({ KeyName = '', KeyType, CreateTime, KeyFingerprint }) => ({
				value: KeyName,
				hint: joinDetails(
					KeyType,
					CreateTime && `created ${formatDay(CreateTime)}`,
					KeyFingerprint,
				),
			}),
			({ KeyName = '' }) => KeyName,
		);
		return [...found, { value: '', label: 'None', hint: 'no SSH access to the instance' }];
	},
});

/** Types that meet the requirements: the default first, then from small to large. */
const instanceTypes = createRegionalLookup({
	key: 'settings.instance_type',
	what: 'instance types',
	rule: instanceTypeRule,
	async find(lookupContext) {
		const { items, more } = await lookUpInstanceTypes(lookupContext, FAMILIES);
		return createChoices(
			{ items: items.filter(isFit), more },
			typeChoice,
			({ type }) => (type === DEFAULT_TYPE ? 0 : 1),
			({ processors }) => processors,
			({ memoryGb }) => memoryGb,
			({ type }) => FAMILIES.indexOf(type.split('.')[0] ?? ''),
		);
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

export const keyPairAndInstanceTypeLookups: readonly Lookup<Services>[] = [keyPairs, instanceTypes];

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
			return createChoices(
				looked,
				(group) => groupChoice(group, vpc),
				({ GroupName }) => (GroupName === 'default' ? 1 : 0),
				({ VpcId = '' }) => VpcId,
				({ GroupName = '' }) => GroupName,
			);
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

function groupChoice(group: SecurityGroup, wanted: string): LookupChoice {
	const { GroupId = '', GroupName, Tags, Description, VpcId } = group;
	return {
		value: GroupId,
		label: GroupName,
		hint: joinDetails(getNameTag(Tags), Description, VpcId),
		refusal: wanted === '' || VpcId === wanted ? undefined : `is not in ${wanted}`,
	};
}

export const securityGroupLookups: readonly Lookup<Services>[] = [
	groupsFor('settings.external_security_group_ids'),
	groupsFor('settings.internal_security_group_ids'),
];
