import { paginateListPolicies } from '@aws-sdk/client-iam';
import { collectPages, type LookupContext, type LookupResult } from './lookup-requests.ts';

export interface PolicyInfo {
	arn: string;
	/** Path and name: `/teams/boundary`, `boundary`. */
	name: string;
	/** The number of users and roles that use it as permissions boundary. */
	bounds: number;
	attached: number;
}

/** The customer managed policies of the account. */
export async function lookUpCustomerManagedPolicies({
	aws,
	signal,
}: LookupContext): Promise<LookupResult<PolicyInfo>> {
	const { items, more } = await collectPages(
		signal,
		'iam:ListPolicies',
		(options) => paginateListPolicies({ client: aws.iam }, { Scope: 'Local' }, options),
		({ Policies }) => Policies,
	);
	return {
		items: items.map((policy) => ({
			arn: policy.Arn ?? '',
			name: `${policy.Path === '/' ? '' : (policy.Path ?? '')}${policy.PolicyName ?? ''}`,
			bounds: policy.PermissionsBoundaryUsageCount ?? 0,
			attached: policy.AttachmentCount ?? 0,
		})),
		more,
	};
}
