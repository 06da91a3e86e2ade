import type { Region } from '@aws-sdk/client-ec2';
import {
	getRegionDisplayName,
	lookUpAccount,
	lookUpAllRegions,
} from '../../aws/lookups/ec2-resources.ts';
import type { Question } from '../../engine/question.ts';
import { addCommonFieldsToQuestions } from '../../engine/question-catalogue.ts';
import type { Lookup, LookupChoice } from '../../engine/step.ts';
import { inspectProviderMirror } from '../../terraform/provider-mirror.ts';
import { applyRuleToChoices, createChoices } from '../lookups/create-lookup.ts';
import { regionRule } from '../rules/arns-regions-tags.ts';
import { createLocalReferences } from '../rules/local-references.ts';
import {
	accountIdRule,
	optionalDirectoryRule,
	programPathRule,
} from '../rules/names-and-identifiers.ts';
import { createIntegerRule } from '../rules/value-rule.ts';
import type { Services } from '../step-context.ts';

export const preflightQuestions: readonly Question[] = [
	{
		key: 'account',
		label: 'AWS account',
		help: 'The account ID to install into. Nothing is planned or applied if the current credentials belong to a different account.',
		...accountIdRule,
		example: '123456789012',
	},
	{
		key: 'region',
		label: 'AWS region',
		help: 'The region in which all resources are created. The certificate and the AMI must be in the same region. It cannot be changed later.',
		...regionRule,
		example: 'us-west-2',
	},
	...addCommonFieldsToQuestions({ group: 'Local Terraform' }, [
		{
			key: 'terraform.binary',
			label: 'Terraform binary',
			help: 'Name of a program on PATH, or a path. Version 1.11 or later is required, because earlier versions store the database password in state.',
			...programPathRule,
			localReferences: (value) => createLocalReferences('program', value),
			example: '/opt/terraform/1.11.4/terraform',
			default: 'terraform',
		},
		{
			key: 'terraform.provider_mirror',
			label: 'AWS provider mirror',
			help: 'Directory created by terraform providers mirror, for computers without access to the Terraform Registry. If empty, Terraform uses its own configuration; if the registry is unreachable, the default mirror directories are searched.',
			...optionalDirectoryRule,
			localReferences: (value) => createLocalReferences('directory', value, inspectProviderMirror),
			example: '/srv/terraform/providers',
			default: '',
		},
		{
			key: 'terraform.lock_timeout_seconds',
			label: 'State lock timeout (seconds)',
			help: 'How long to wait for a state lock held by another Terraform run. After the timeout, the run stops and shows who holds the lock and since when. Locks are never removed automatically.',
			...createIntegerRule(0, 3600, 'seconds'),
			example: 300,
			default: 60,
		},
	]),
];

/** The account the credentials belong to: the only one that can be installed into. */
const account: Lookup<Services> = {
	key: 'account',
	needs: [],
	what: () => 'the account of the current credentials',
	async find({ services, signal }) {
		const { account: value, arn } = await lookUpAccount({ aws: services.aws, signal });
		return value === '' ? [] : [{ value, hint: arn }];
	},
};

/** Regions for a question; the region configured for the credentials comes first. */
export function createRegionLookup(key: string, needs: readonly string[]): Lookup<Services> {
	return {
		key,
		needs,
		what: () => 'AWS regions',
		async find({ services, signal }) {
			const found = createChoices(
				await lookUpAllRegions({ aws: services.aws, signal }),
				regionChoice,
				({ RegionName }) => (RegionName === services.cloud.region ? 0 : 1),
				({ RegionName = '' }) => RegionName,
			);
			return applyRuleToChoices(regionRule, found);
		},
	};
}

function regionChoice({ RegionName: value = '', OptInStatus }: Region): LookupChoice {
	const refusal = OptInStatus === 'not-opted-in' ? 'is not enabled for this account' : undefined;
	return { value, hint: getRegionDisplayName(value) || undefined, refusal };
}

export const preflightLookups: readonly Lookup<Services>[] = [
	account,
	createRegionLookup('region', []),
];
