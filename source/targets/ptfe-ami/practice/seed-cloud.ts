import { setTimeout as sleep } from 'node:timers/promises';
import {
	ACMClient,
	DescribeCertificateCommand,
	paginateListCertificates,
	RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import {
	CreateKeyPairCommand,
	DescribeImagesCommand,
	DescribeKeyPairsCommand,
	EC2Client,
} from '@aws-sdk/client-ec2';
import {
	CreateHostedZoneCommand,
	ListHostedZonesByNameCommand,
	Route53Client,
} from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { WizardError } from '../../../engine/errors.ts';
import { normalizeLoopbackEndpoint } from '../../../practice/loopback.ts';
import { practiceCredentials } from '../../../practice/practice-cloud-settings.ts';

/** The resources in the practice cloud before an install. */
export interface SeededResources {
	/** 12 digits. */
	account: string;
	region: string;
	keyName: string;
	certificateArn: string;
	zoneId: string;
	amiId: string;
	fqdn: string;
}

const ZONE_NAME = 'practice.example';
const FQDN = `tfe.${ZONE_NAME}`;
const KEY_NAME = 'practice';
/** How long to wait for the certificate to be issued. */
const CERTIFICATE_MS = 90_000;

/** An AMI that is built into moto in every region: Ubuntu 16.04, the base of the 2018 AMIs. */
const BUILT_IN_IMAGE = 'ami-785db401';

/**
 * Creates in the practice cloud what an operator has before an install: key pair, certificate,
 * hosted zone and AMI. Existing resources are kept. Idempotent.
 *
 * @throws WizardError `refused` for an endpoint that is not on loopback, `timeout` if the
 *   certificate is not issued in time; AWS SDK errors unchanged.
 */
export async function seedPracticeCloud(
	endpoint: string,
	region: string,
): Promise<SeededResources> {
	const settings = clientSettings(endpoint, region);
	const ec2 = new EC2Client(settings);
	const acm = new ACMClient(settings);
	const route53 = new Route53Client(settings);
	const sts = new STSClient(settings);
	try {
		const [account, , certificateArn, zoneId, amiId] = await Promise.all([
			accountOf(sts),
			ensureKeyPair(ec2),
			ensureCertificate(acm),
			ensureZone(route53),
			findImage(ec2),
		]);
		return { account, region, certificateArn, zoneId, amiId, keyName: KEY_NAME, fqdn: FQDN };
	} finally {
		for (const client of [ec2, acm, route53, sts]) client.destroy();
	}
}

function clientSettings(endpoint: string, region: string) {
	return {
		region,
		endpoint: normalizeLoopbackEndpoint(endpoint),
		credentials: { ...practiceCredentials },
		// Explicit, so that the operator's environment and profiles have no effect.
		useFipsEndpoint: false,
		useDualstackEndpoint: false,
		maxAttempts: 3,
		retryMode: 'standard',
	};
}

async function accountOf(sts: STSClient): Promise<string> {
	const { Account } = await sts.send(new GetCallerIdentityCommand({}));
	return known(Account, 'the account');
}

async function ensureKeyPair(ec2: EC2Client): Promise<void> {
	const filter = { Filters: [{ Name: 'key-name', Values: [KEY_NAME] }] };
	const { KeyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand(filter));
	if (KeyPairs.length > 0) return;
	await ec2.send(new CreateKeyPairCommand({ KeyName: KEY_NAME, KeyType: 'ed25519' }));
}

async function ensureCertificate(acm: ACMClient): Promise<string> {
	const arn = (await existingCertificate(acm)) ?? (await requestCertificate(acm));
	const deadline = Date.now() + CERTIFICATE_MS;
	for (;;) {
		const described = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
		if (described.Certificate?.Status === 'ISSUED') return arn;
		if (Date.now() >= deadline) break;
		await sleep(200);
	}
	throw new WizardError('timeout', {
		message: `The practice certificate for ${FQDN} was not issued within ${CERTIFICATE_MS / 1000} s.`,
		details: [arn],
		next: ['tfe-wizard practice'],
	});
}

async function existingCertificate(acm: ACMClient): Promise<string | undefined> {
	for await (const { CertificateSummaryList = [] } of paginateListCertificates(
		{ client: acm },
		{},
	)) {
		const found = CertificateSummaryList.find((one) => one.DomainName === FQDN);
		if (found?.CertificateArn !== undefined) return found.CertificateArn;
	}
	return undefined;
}

async function requestCertificate(acm: ACMClient): Promise<string> {
	const { CertificateArn } = await acm.send(
		new RequestCertificateCommand({
			DomainName: FQDN,
			ValidationMethod: 'DNS',
			// Two concurrent runs get the same certificate.
			IdempotencyToken: 'practice',
		}),
	);
	return known(CertificateArn, 'a certificate');
}

async function ensureZone(route53: Route53Client): Promise<string> {
	const { HostedZones = [] } = await route53.send(
		new ListHostedZonesByNameCommand({ DNSName: ZONE_NAME }),
	);
	const found = HostedZones.find(
		(zone) => zone.Name === `${ZONE_NAME}.` && zone.Config?.PrivateZone !== true,
	);
	const zone = found ?? (await createZone(route53));
	return known(zone?.Id, 'a hosted zone').replace('/hostedzone/', '');
}

async function createZone(route53: Route53Client) {
	const created = await route53.send(
		new CreateHostedZoneCommand({ Name: ZONE_NAME, CallerReference: 'practice' }),
	);
	return created.HostedZone;
}

async function findImage(ec2: EC2Client): Promise<string> {
	const [builtIn] = await imagesWith(ec2, 'image-id', BUILT_IN_IMAGE);
	if (builtIn !== undefined) return builtIn;
	// Another moto version has other AMIs: use the first suitable one.
	const [other] = await imagesWith(ec2, 'name', 'ubuntu/images/hvm-ssd/*amd64*');
	return known(other, 'an AMI');
}

async function imagesWith(ec2: EC2Client, filter: string, value: string): Promise<string[]> {
	const { Images = [] } = await ec2.send(
		new DescribeImagesCommand({ Filters: [{ Name: filter, Values: [value] }] }),
	);
	return Images.flatMap(({ ImageId }) => ImageId ?? []).sort();
}

function known<T>(value: T | undefined, what: string): T {
	if (value !== undefined) return value;
	throw new WizardError('command', { message: `The practice cloud did not return ${what}.` });
}
