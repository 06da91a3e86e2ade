import {
	lookUpSecurityGroups,
	type SecurityGroupInfo,
} from '../../../../aws/lookups/ec2-resources.ts';
import type { LookupContext } from '../../../../aws/lookups/lookup-requests.ts';
import { lookUpSubnetsById } from '../../../../aws/subnets.ts';
import type { Lookup, LookupChoice } from '../../../../engine/lookup.ts';
import type { Answers } from '../../../../engine/question.ts';
import { createRegionalLookup } from '../../../../steps/lookups/create-lookup.ts';
import {
	compareBy,
	createChoices,
	getTextAnswerOrEmpty,
	joinDetails,
} from '../../../../steps/lookups/lookup-choices.ts';
import type { Services } from '../../../../steps/services.ts';

const INSTANCE = 'network.existing.instance_subnet_id';

function groupsFor(key: string): Lookup<Services> {
	return createRegionalLookup({
		key,
		what: 'security groups',
		needs: ['network', INSTANCE],
		async find(asking, answers) {
			const [looked, vpc] = await Promise.all([
				lookUpSecurityGroups(asking),
				vpcOfMachine(asking, answers),
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
async function vpcOfMachine({ aws }: LookupContext, answers: Answers): Promise<string> {
	const subnet =
		getTextAnswerOrEmpty(answers, 'network') === 'existing'
			? getTextAnswerOrEmpty(answers, INSTANCE)
			: '';
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
	const refusal = wanted === '' || vpc === wanted ? {} : { refusal: `is not in ${wanted}` };
	return { value: id, label: name, hint: joinDetails(tag, description, vpc), ...refusal };
}

export const securityGroupLookups: readonly Lookup<Services>[] = [
	groupsFor('settings.external_security_group_ids'),
	groupsFor('settings.internal_security_group_ids'),
];
