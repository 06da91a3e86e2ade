import { paginateListHostedZones } from '@aws-sdk/client-route-53';
import { collectPages, type LookupContext, type LookupResult } from './lookup-requests.ts';

export interface HostedZoneInfo {
	id: string;
	/** Without the trailing dot. */
	name: string;
	private: boolean;
	records: number | undefined;
	comment: string;
}

/** The public and private hosted zones of the account. */
export async function lookUpHostedZones({
	aws,
	signal,
}: LookupContext): Promise<LookupResult<HostedZoneInfo>> {
	const { items, more } = await collectPages(
		signal,
		'route53:ListHostedZones',
		(options) => paginateListHostedZones({ client: aws.route53 }, {}, options),
		({ HostedZones }) => HostedZones,
	);
	return {
		items: items.map(({ Id = '', Name = '', Config, ResourceRecordSetCount }) => ({
			id: Id.replace(/^\/hostedzone\//, ''),
			name: Name.replace(/\.$/, '').toLowerCase(),
			private: Config?.PrivateZone === true,
			records: ResourceRecordSetCount,
			comment: Config?.Comment ?? '',
		})),
		more,
	};
}
