import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { getAwsErrorCode, isAccessDenied } from '../../aws/aws-errors.ts';
import { getAnswerText } from '../services.ts';
import {
	type Check,
	createFailFinding,
	createPassFinding,
	createRefuseFinding,
	createUnknownFinding,
} from './check.ts';

export const credentialsCheck: Check = {
	id: 'credentials',
	title: 'The AWS credentials are valid',
	severity: 'blocker',
	async run(_, facts) {
		return createPassFinding((await facts.identity()).arn);
	},
};

export const accountMatchCheck: Check = {
	id: 'account',
	title: 'The credentials belong to the configured AWS account',
	severity: 'blocker',
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
	severity: 'blocker',
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
	severity: 'blocker',
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
