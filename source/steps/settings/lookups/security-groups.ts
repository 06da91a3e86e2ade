import type { Asking } from '../../../aws/lookups/asking.ts';
import { lookUpSecurityGroups, type SecurityGroupFacts } from '../../../aws/lookups/machines.ts';
import { lookUpSubnets } from '../../../aws/subnets.ts';
import type { Found, Lookup } from '../../../engine/lookup.ts';
import type { Answers } from '../../../engine/question.ts';
import { by, choices, facts, known } from '../../look-up/found.ts';
import { regional } from '../../look-up/regional.ts';
import type { Services } from '../../services.ts';

const INSTANCE = 'network.existing.instance_subnet_id';

function groupsFor(key: string): Lookup<Services> {
	return regional({
		key,
		what: 'security groups',
		needs: ['network', INSTANCE],
		async find(asking, answers) {
			const [looked, vpc] = await Promise.all([
				lookUpSecurityGroups(asking),
				vpcOfMachine(asking, answers),
			]);
			const named = by<SecurityGroupFacts>(
				({ name }) => (name === 'default' ? 1 : 0),
				(group) => group.vpc,
				({ name }) => name,
			);
			return choices(looked, (group) => groupChoice(group, vpc), named);
		},
	});
}

/** The existing VPC to install into; `""` if it is new or unknown. */
async function vpcOfMachine({ aws }: Asking, answers: Answers): Promise<string> {
	const subnet = known(answers, 'network') === 'existing' ? known(answers, INSTANCE) : '';
	if (subnet === '') return '';
	try {
		return (await lookUpSubnets(aws, [subnet]))[0]?.vpc ?? '';
	} catch {
		// The groups are useful even if the VPC is unknown.
		return '';
	}
}

function groupChoice(
	{ id, name, tag, vpc, description }: SecurityGroupFacts,
	wanted: string,
): Found {
	const refusal = wanted === '' || vpc === wanted ? {} : { refusal: `is not in ${wanted}` };
	return { value: id, label: name, hint: facts(tag, description, vpc), ...refusal };
}

export const securityGroups: readonly Lookup<Services>[] = [
	groupsFor('settings.external_security_group_ids'),
	groupsFor('settings.internal_security_group_ids'),
];
