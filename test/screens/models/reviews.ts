import type { ReviewScreen, WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
import { createScreenModel } from './create-screen-model.ts';

const review: ReviewScreen = {
	kind: 'review',
	intent: [
		{
			step: 'network',
			title: 'Network',
			lines: [
				'create a VPC with 2 public and 2 private subnets, NAT, an S3 endpoint and flow logs',
			],
		},
		{
			step: 'access',
			title: 'Access',
			lines: ['use the current credentials; change nothing'],
		},
		{
			step: 'state',
			title: 'State',
			lines: [
				'create or check the state bucket',
				'move the state of the existing stacks there, and verify it',
			],
		},
		{ step: 'settings', title: 'Settings', lines: ['check every setting; no changes'] },
		{
			step: 'install',
			title: 'Install',
			lines: [
				'terraform init, plan, apply: database, storage, key, instance, load balancer, role for tfe.acme.example',
				'write s3://tfe-tfe.acme.example-data/tfe-setup-data, encrypted with the installation key',
			],
		},
	],
	changes: [],
	duration: 'usually 25 to 40 min; each plan is shown before it is applied',
	problems: [],
};

const changes = [
	'~ settings.instance_type  m5.large -> m5.2xlarge',
	'+ settings.key_name  acme-operations',
	'~ settings.cert_id  arn:aws:acm:us-west-2:123456789012:certificate/1c7e0000-0000-4000-8000-0000000000aa -> arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b',
];

const problems = [
	{
		key: 'settings.db_password',
		text: 'The variable TFE_DB_PASSWORD is not set in this shell.',
	},
	{
		key: 'settings.cert_id',
		text: 'The certificate is in us-east-1, the installation in us-west-2; a load balancer needs a certificate in its own region.',
	},
];

export const reviewModels: Record<string, WizardViewModel> = {
	review: createScreenModel(review, 'install'),
	reviewChanged: createScreenModel({ ...review, changes }, 'install'),
	reviewProblems: createScreenModel({ ...review, problems }, 'install'),
};
