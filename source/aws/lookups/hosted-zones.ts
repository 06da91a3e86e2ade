import { paginateListHostedZones } from '@aws-sdk/client-route-53';
import { type Asking, collect, type Looked } from './asking.ts';

export interface HostedZoneFacts {
	id: string;
	/** Without the trailing dot. */
	name: string;
	private: boolean;
	records: number | undefined;
	comment: string;
}

/** The public and private hosted zones of the account. */
export async function lookUpHostedZones({ aws, signal }: Asking): Promise<Looked<HostedZoneFacts>> {
	const { items, more } = await collect(
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
