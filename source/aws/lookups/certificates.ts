import {
	type CertificateSummary,
	DescribeCertificateCommand,
	type KeyAlgorithm,
	paginateListCertificates,
} from '@aws-sdk/client-acm';
import {
	collectPages,
	type LookupContext,
	type LookupItems,
	mapConcurrently,
	sendLookupRequest,
} from './lookup-requests.ts';

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
