import {
	type CertificateSummary,
	DescribeCertificateCommand,
	type KeyAlgorithm,
	paginateListCertificates,
} from '@aws-sdk/client-acm';
import { paginateListPolicies } from '@aws-sdk/client-iam';
import {
	DescribeKeyCommand,
	type KeyMetadata,
	paginateListAliases,
	paginateListKeys,
} from '@aws-sdk/client-kms';
import { paginateListHostedZones } from '@aws-sdk/client-route-53';
import { paginateListBuckets } from '@aws-sdk/client-s3';
import { WizardError } from '../../engine/errors.ts';
import { isAccessDenied } from '../aws-errors.ts';
import {
	collectPages,
	type LookupContext,
	type LookupItem,
	type LookupItems,
	mapConcurrently,
	sendLookupRequest,
} from './lookup-requests.ts';

/** The account's buckets in all regions. */
export function lookUpBuckets({ aws, signal }: LookupContext) {
	return collectPages(
		signal,
		's3:ListAllMyBuckets',
		// S3 returns the regions only for paginated requests.
		(options) => paginateListBuckets({ client: aws.s3, pageSize: 1000 }, {}, options),
		({ Buckets }) => Buckets,
	);
}

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

export interface KmsKeyInfo {
	arn: string;
	id: string;
	/** Without `alias/`. */
	aliases: readonly string[];
	/** Undefined if the key policy does not allow describing it. */
	metadata: KeyMetadata | undefined;
}

/** The customer managed keys of the region. */
export async function lookUpCustomerManagedKmsKeys({
	aws,
	signal,
}: LookupContext): Promise<LookupItems<KmsKeyInfo>> {
	const client = aws.kms;
	const [keys, aliases] = await Promise.all([
		collectPages(
			signal,
			'kms:ListKeys',
			(options) => paginateListKeys({ client, pageSize: 1000 }, {}, options),
			({ Keys }) => Keys,
		),
		collectPages(
			signal,
			'kms:ListAliases',
			(options) => paginateListAliases({ client, pageSize: 100 }, {}, options),
			({ Aliases }) => Aliases,
		),
	]);
	const named = (id: string) =>
		aliases.items.flatMap(({ TargetKeyId, AliasName = '' }) =>
			TargetKeyId === id ? [AliasName.replace(/^alias\//, '')] : [],
		);
	const all = keys.items.map(({ KeyId = '', KeyArn = '' }) => ({
		arn: KeyArn,
		id: KeyId,
		aliases: named(KeyId),
	}));
	const own = all.filter((key) => !key.aliases.some((alias) => alias.startsWith('aws/')));
	const described = await mapConcurrently(own, async (key) => ({
		...key,
		metadata: await metadataOf({ aws, signal }, key.arn),
	}));
	return {
		items: described.filter(({ metadata }) => metadata?.KeyManager !== 'AWS'),
		more: keys.more,
	};
}

async function metadataOf({ aws, signal }: LookupContext, KeyId: string) {
	try {
		const { KeyMetadata } = await sendLookupRequest(signal, 'kms:DescribeKey', (options) =>
			aws.kms.send(new DescribeKeyCommand({ KeyId }), options),
		);
		return KeyMetadata;
	} catch (thrown) {
		if (thrown instanceof WizardError && isAccessDenied(thrown.cause)) return undefined;
		throw thrown;
	}
}

export interface CertificateInfo {
	arn: string;
	/** All domain names it covers, the main one first. */
	names: readonly string[];
	/** The ACM status: `ISSUED`, `PENDING_VALIDATION`, … */
	status: string;
	/** `AMAZON_ISSUED`, `IMPORTED` or `PRIVATE`. */
	type: string;
	keyAlgorithm: string;
	expires: Date | undefined;
	inUse: boolean;
}

// By default ACM lists only certificates with RSA keys of up to 2048 bits.
const keyTypes: KeyAlgorithm[] = [
	'RSA_1024',
	'RSA_2048',
	'RSA_3072',
	'RSA_4096',
	'EC_prime256v1',
	'EC_secp384r1',
	'EC_secp521r1',
];

/** The certificates of the region with any status. */
export async function lookUpCertificates(
	context: LookupContext,
): Promise<LookupItems<CertificateInfo>> {
	const { aws, signal } = context;
	const { items, more } = await collectPages(
		signal,
		'acm:ListCertificates',
		(options) => paginateListCertificates({ client: aws.acm }, { Includes: { keyTypes } }, options),
		({ CertificateSummaryList }) => CertificateSummaryList,
	);
	return { items: await mapConcurrently(items, (summary) => whole(context, summary), 4), more };
}

/**
 * The list is incomplete for certificates with many names; ACM rate-limits the requests for the
 * others.
 */
async function whole({ aws, signal }: LookupContext, summary: CertificateSummary) {
	const { CertificateArn, SubjectAlternativeNameSummaries, Status } = summary;
	const isWhole =
		SubjectAlternativeNameSummaries !== undefined &&
		Status !== undefined &&
		summary.HasAdditionalSubjectAlternativeNames !== true;
	if (isWhole) return factsOf(summary, SubjectAlternativeNameSummaries);
	const { Certificate } = await sendLookupRequest(signal, 'acm:DescribeCertificate', (options) =>
		aws.acm.send(new DescribeCertificateCommand({ CertificateArn }), options),
	);
	const { DomainName, Type, KeyAlgorithm, NotAfter, InUseBy = [] } = Certificate ?? {};
	return factsOf(
		{
			...{ CertificateArn, DomainName, Status: Certificate?.Status, Type, KeyAlgorithm, NotAfter },
			InUse: InUseBy.length > 0,
		},
		Certificate?.SubjectAlternativeNames ?? [],
	);
}

function factsOf(
	{ CertificateArn, DomainName, Status, Type, KeyAlgorithm, NotAfter, InUse }: CertificateSummary,
	others: readonly string[],
): CertificateInfo {
	const main = DomainName === undefined ? [] : [DomainName];
	return {
		arn: CertificateArn ?? '',
		names: [...new Set([...main, ...others])].map((name) => name.toLowerCase()),
		status: Status ?? '',
		type: Type ?? '',
		keyAlgorithm: KeyAlgorithm ?? '',
		expires: NotAfter,
		inUse: InUse === true,
	};
}
