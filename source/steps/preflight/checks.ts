import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import {
	type CallerIdentity,
	getCallerIdentity,
	roleExists,
	userExists,
} from '../../aws/account-queries.ts';
import { getAwsErrorCode, isAccessDenied } from '../../aws/aws-errors.ts';
import { getBucketOwnership } from '../../aws/state-bucket.ts';
import { buildChildEnvironment } from '../../engine/child-environment.ts';
import type { CheckSeverity, CheckStatus } from '../../engine/events.ts';
import { runHelperProgram } from '../../engine/run-helper-program.ts';
import { assertVersionAndFindWarning, type TerraformVersion } from '../../terraform/version.ts';
import {
	createStackTerraform,
	findProviderSource,
	type ProviderSource,
} from '../stack/terraform-driver-and-provider-source.ts';
import { type Context, getAnswerText } from '../step-context.ts';

export interface CheckFinding {
	result: CheckStatus;
	/** What was found, as a fact. */
	found: string;
	/** How to fix it: a command where there is one. */
	fix?: string;
	/** The check whose failure caused this one to be skipped. */
	blockedBy?: string;
	/** True: not a blocker to fix but a reason to refuse (exit 6), such as a wrong account. */
	refuse?: boolean;
	/** True: an external system timed out (exit 8 when nothing else is wrong). */
	late?: boolean;
}

/** One preflight check. To add one, write an entry like the others and list it in the checks of its target. */
export interface Check {
	/** Stable, because waivers and scripts refer to it. */
	id: string;
	title: string;
	/** Default: `blocker`. */
	severity?: CheckSeverity;
	/** Calls AWS, so it is skipped without valid credentials. */
	asksAws?: true;
	/** Omitted when false: the check does not apply to these answers. */
	when?(context: Context): boolean;
	/** If it throws, the result is unknown, with the reason. Must not change anything. */
	run(context: Context, facts: LazyPreflightData): Promise<CheckFinding>;
}

/** Data shared by several checks; each item is fetched once, on first use. */
export interface LazyPreflightData {
	identity(): Promise<CallerIdentity>;
	terraform(): Promise<TerraformVersion>;
	provider(): Promise<ProviderSource>;
}

export function createLazyPreflightData(context: Context): LazyPreflightData {
	return {
		identity: once(() => getCallerIdentity(context.services.aws)),
		terraform: once(() =>
			createStackTerraform(context, 'preflight', context.session.folders.workspace).version(),
		),
		provider: once(() => findProviderSource(context)),
	};
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
	let answer: Promise<T> | undefined;
	return () => {
		answer ??= look();
		return answer;
	};
}

export const createPassFinding = (found: string): CheckFinding => ({ result: 'pass', found });
export const createFailFinding = (found: string, fix?: string): CheckFinding => ({
	result: 'fail',
	found,
	fix,
});
const createUnknownFinding = (found: string): CheckFinding => ({ result: 'unknown', found });
const createRefuseFinding = (found: string, fix: string): CheckFinding => ({
	...createFailFinding(found, fix),
	refuse: true,
});

export const terraformCheck: Check = {
	id: 'terraform',
	title: 'Terraform 1.11 or later is installed',
	async run(_, facts) {
		const version = await facts.terraform();
		const warning = assertVersionAndFindWarning(version);
		return createPassFinding(
			`${version.product} ${version.version}${warning === undefined ? '' : `; ${warning}`}`,
		);
	},
};

export const awsProviderCheck: Check = {
	id: 'provider',
	title: 'The AWS provider is available',
	async run(_, facts) {
		const provider = await facts.provider();
		if (provider.how !== 'none') return createPassFinding(provider.words);
		return createFailFinding(
			provider.words,
			'Configure a provider mirror: terraform.provider_mirror in the answers, or TFE_WIZARD_PROVIDER_MIRROR.',
		);
	},
};

export const sshClientCheck: Check = {
	id: 'ssh',
	title: 'The OpenSSH client is installed',
	async run(context) {
		try {
			const { stderr } = await runHelperProgram('ssh', ['-V'], {
				environment: buildChildEnvironment({
					for: 'helper',
					inherited: context.services.environment,
				}),
			});
			return createPassFinding(stderr.split(',')[0] ?? 'ssh');
		} catch {
			return createFailFinding(
				'ssh was not found on PATH',
				'Install the OpenSSH client (package openssh-client or openssh-clients).',
			);
		}
	},
};

export const credentialsCheck: Check = {
	id: 'credentials',
	title: 'The AWS credentials are valid',
	async run(_, facts) {
		return createPassFinding((await facts.identity()).arn);
	},
};

export const accountMatchCheck: Check = {
	id: 'account',
	title: 'The credentials belong to the configured AWS account',
	asksAws: true,
	async run(context, facts) {
		const wanted = getAnswerText(context, 'account');
		const { account, arn } = await facts.identity();
		if (account === wanted) return createPassFinding(`account ${account}`);
		return createRefuseFinding(
			`the answers specify account ${wanted}, but the credentials belong to account ${account} (${arn})`,
			'Use credentials for that account (AWS_PROFILE, aws sso login), or fix "account" in the answers.',
		);
	},
};

export const regionMatchCheck: Check = {
	id: 'region',
	title: 'AWS_REGION matches the answers',
	when: (context) => !context.services.cloud.practice,
	async run(context) {
		const wanted = getAnswerText(context, 'region');
		const { AWS_REGION, AWS_DEFAULT_REGION } = context.services.environment;
		const said = AWS_REGION || AWS_DEFAULT_REGION;
		if (said === undefined || said === '' || said === wanted)
			return createPassFinding(`region ${wanted}`);
		return createRefuseFinding(
			`the answers specify region ${wanted}, but ${AWS_REGION ? 'AWS_REGION' : 'AWS_DEFAULT_REGION'} is ${said}`,
			`Set AWS_REGION=${wanted} (or unset it), or fix "region" in the answers.`,
		);
	},
};

export const regionEnabledCheck: Check = {
	id: 'region-enabled',
	title: 'The AWS region exists and is enabled for the account',
	asksAws: true,
	async run(context) {
		const region = getAnswerText(context, 'region');
		try {
			const { Regions = [] } = await context.services.aws.ec2.send(
				new DescribeRegionsCommand({ RegionNames: [region], AllRegions: true }),
			);
			if (Regions[0]?.OptInStatus !== 'not-opted-in') return createPassFinding(region);
			return createFailFinding(
				`${region} is not enabled for this account`,
				`aws account enable-region --region-name ${region}`,
			);
		} catch (thrown) {
			if (getAwsErrorCode(thrown) === 'InvalidParameterValue')
				return createRefuseFinding(
					`AWS has no region named ${region}`,
					'Fix "region" in the answers.',
				);
			if (isAccessDenied(thrown))
				return createUnknownFinding('could not be verified: ec2:DescribeRegions was denied');
			throw thrown;
		}
	},
};

export const stateBucketNameCheck: Check = {
	id: 'state-bucket-name',
	title: 'The state bucket name is available or belongs to this account',
	asksAws: true,
	when: (context) => context.answers.state === 's3',
	async run(context) {
		const bucket = getAnswerText(context, 'state.s3.bucket');
		const standing = await getBucketNameOwnership(
			context,
			bucket,
			getAnswerText(context, 'state.s3.region'),
		);
		if (standing === 'free' && context.answers['state.s3.create'] === false) {
			return createFailFinding(
				`bucket ${bucket} does not exist, and state.s3.create is false`,
				'Set state.s3.create to true, or create the bucket first.',
			);
		}
		return createBucketFinding(bucket, standing, 'state.s3.bucket');
	},
};

/** Who owns a bucket name: `free`, `ours`, or why it cannot be used. */
export function getBucketNameOwnership(context: Context, bucket: string, region: string) {
	return getBucketOwnership(
		context.services.aws.s3In(region),
		bucket,
		getAnswerText(context, 'account'),
	);
}

/** The finding about a bucket name. */
export function createBucketFinding(bucket: string, standing: string, key: string): CheckFinding {
	if (standing === 'free') return createPassFinding(`${bucket} is available`);
	if (standing === 'ours') return createPassFinding(`${bucket} exists in this account`);
	const whose = standing === 'foreign' ? 'belongs to another AWS account' : 'is in another region';
	return createFailFinding(
		`the bucket name ${bucket} ${whose}`,
		`Choose another name for ${key} in the answers.`,
	);
}

// Most names are unique per account or region, so a second installation with the same names would
// fail midway through its apply. Checking the roles is enough: they are created first.

export const networkNameCheck: Check = {
	id: 'network-name',
	title: 'The network name is available',
	asksAws: true,
	when: (context) =>
		context.answers.network === 'create' && !wasStackStartedOrAdopted(context, 'network'),
	run: (context) => {
		const name = getAnswerText(context, 'network.create.name');
		const role = `${name}-flowlogs-${getAnswerText(context, 'region')}`;
		return checkNameAvailability(context, {
			what: `network "${name}"`,
			taken: roleExists(context.services.aws, role),
			because: `the role ${role} exists`,
			key: 'network.create.name',
		});
	},
};

export const iamUserNameCheck: Check = {
	id: 'user-name',
	title: 'The IAM user name is available',
	asksAws: true,
	when: (context) =>
		context.answers.access === 'user' && !wasStackStartedOrAdopted(context, 'access'),
	run: (context) => {
		const name = getAnswerText(context, 'access.user.name');
		return checkNameAvailability(context, {
			what: `user "${name}"`,
			taken: userExists(context.services.aws, name),
			because: `the user ${name} exists`,
			key: 'access.user.name',
		});
	},
};

/**
 * Once a stack was started, resources with its names were created by this session, or by a lost
 * session whose state is adopted.
 */
export function wasStackStartedOrAdopted(context: Context, stack: string): boolean {
	const { notes } = context.session.record;
	return context.services.adoptState || notes[`stack.${stack}`] !== undefined;
}

/** The finding about a name that must be unique in the account. */
export async function checkNameAvailability(
	{ session }: Context,
	name: { what: string; taken: Promise<boolean>; because: string; key: string },
): Promise<CheckFinding> {
	try {
		if (!(await name.taken)) return createPassFinding(`${name.what} is available`);
	} catch (thrown) {
		if (isAccessDenied(thrown))
			return createUnknownFinding(
				`could not verify that ${name.what} is available: iam:Get… was denied`,
			);
		throw thrown;
	}
	return createFailFinding(
		`${name.what} is in use: ${name.because}`,
		`Choose another ${name.key} in the answers. If an earlier session created it, resume that session instead of "${session.name}": tfe-wizard sessions list. If that session is lost: --adopt-state`,
	);
}
