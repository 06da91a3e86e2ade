import { paginateListPolicies } from '@aws-sdk/client-iam';
import { collectPages, type LookupContext, type LookupItem } from './lookup-requests.ts';

export type PolicyInfo = LookupItem<typeof lookUpCustomerManagedPolicies>;

/** The customer managed policies of the account. */
export function lookUpCustomerManagedPolicies({ aws, signal }: LookupContext) {
	return collectPages(
		signal,
		'iam:ListPolicies',
		(options) => paginateListPolicies({ client: aws.iam }, { Scope: 'Local' }, options),
		({ Policies }) =>
			Policies?.map((policy) => ({
				arn: policy.Arn ?? '',
				/** Path and name: `/teams/boundary`, `boundary`. */
				name: `${policy.Path === '/' ? '' : (policy.Path ?? '')}${policy.PolicyName ?? ''}`,
				/** The number of users and roles that use it as permissions boundary. */
				bounds: policy.PermissionsBoundaryUsageCount ?? 0,
				attached: policy.AttachmentCount ?? 0,
			})),
	);
}
