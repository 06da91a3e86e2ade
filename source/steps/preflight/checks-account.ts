import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { awsCode, isDenied } from '../../aws/problem.ts';
import { text } from '../services.ts';
import { type Check, fail, pass, refuse, unknown } from './check.ts';

export const credentials: Check = {
	id: 'credentials',
	title: 'The AWS credentials are valid',
	severity: 'blocker',
	async run(_, facts) {
		return pass((await facts.identity()).arn);
	},
};

export const accountMatches: Check = {
	id: 'account',
	title: 'The credentials belong to the configured AWS account',
	severity: 'blocker',
	asksAws: true,
	async run(context, facts) {
		const wanted = text(context, 'account');
		const { account, arn } = await facts.identity();
		if (account === wanted) return pass(`account ${account}`);
		return refuse(
			`the answers specify account ${wanted}, but the credentials belong to account ${account} (${arn})`,
			'Use credentials for that account (AWS_PROFILE, aws sso login), or fix "account" in the answers.',
		);
	},
};

export const regionMatches: Check = {
	id: 'region',
	title: 'AWS_REGION matches the answers',
	severity: 'blocker',
	when: (context) => !context.services.cloud.practice,
	async run(context) {
		const wanted = text(context, 'region');
		const { AWS_REGION, AWS_DEFAULT_REGION } = context.services.environment;
		const said = AWS_REGION || AWS_DEFAULT_REGION;
		if (said === undefined || said === '' || said === wanted) return pass(`region ${wanted}`);
		return refuse(
			`the answers specify region ${wanted}, but ${AWS_REGION ? 'AWS_REGION' : 'AWS_DEFAULT_REGION'} is ${said}`,
			`Set AWS_REGION=${wanted} (or unset it), or fix "region" in the answers.`,
		);
	},
};

export const regionEnabled: Check = {
	id: 'region-enabled',
	title: 'The AWS region exists and is enabled for the account',
	severity: 'blocker',
	asksAws: true,
	async run(context) {
		const region = text(context, 'region');
		try {
			const { Regions = [] } = await context.services.aws.ec2.send(
				new DescribeRegionsCommand({ RegionNames: [region], AllRegions: true }),
			);
			if (Regions[0]?.OptInStatus !== 'not-opted-in') return pass(region);
			return fail(
				`${region} is not enabled for this account`,
				`aws account enable-region --region-name ${region}`,
			);
		} catch (thrown) {
			if (awsCode(thrown) === 'InvalidParameterValue')
				return refuse(`AWS has no region named ${region}`, 'Fix "region" in the answers.');
			if (isDenied(thrown)) return unknown('could not be verified: ec2:DescribeRegions was denied');
			throw thrown;
		}
	},
};
