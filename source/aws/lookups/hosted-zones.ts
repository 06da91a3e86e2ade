import { paginateListHostedZones } from '@aws-sdk/client-route-53';
import { collectPages, type LookupContext, type LookupItem } from './lookup-requests.ts';

export type HostedZoneInfo = LookupItem<typeof lookUpHostedZones>;

/** The public and private hosted zones of the account. */
export function lookUpHostedZones({ aws, signal }: LookupContext) {
	return collectPages(
		signal,
		'route53:ListHostedZones',
		(options) => paginateListHostedZones({ client: aws.route53 }, {}, options),
		({ HostedZones }) =>
			HostedZones?.map(({ Id = '', Name = '', Config, ResourceRecordSetCount }) => ({
				id: Id.replace(/^\/hostedzone\//, ''),
				/** Without the trailing dot. */
				name: Name.replace(/\.$/, '').toLowerCase(),
				private: Config?.PrivateZone === true,
				records: ResourceRecordSetCount,
				comment: Config?.Comment ?? '',
			})),
	);
}
