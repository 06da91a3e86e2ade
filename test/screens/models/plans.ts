import type { PlanReview, ReviewedResource } from '../../../source/engine/operator.ts';
import type { PlanScreen, WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
import { createScreenModel, sampleHeader } from './create-screen-model.ts';
import { sixtyResources } from './plan-resources.ts';

const folder = '/home/j.doe/.local/share/tfe-wizard/sessions/acme-prod/workspace/install';

function review(resources: readonly ReviewedResource[], more: Partial<PlanReview>): PlanReview {
	const of = (action: ReviewedResource['action']) =>
		resources.filter((resource) => resource.action === action).length;
	return {
		stack: 'install',
		counts: {
			create: of('create'),
			update: of('update'),
			delete: of('delete'),
			replace: of('replace'),
		},
		groups: [...new Set(resources.map(({ group }) => group))].map((title) => ({
			title,
			addresses: resources.filter(({ group }) => group === title).map(({ address }) => address),
		})),
		resources,
		destroys: [],
		warnings: [],
		file: `${folder}/plan-3.tfplan`,
		textFile: `${folder}/plan-3.txt`,
		...more,
	};
}

const updates: readonly ReviewedResource[] = [
	{
		address: 'aws_launch_template.main',
		group: 'compute',
		action: 'update',
		attributes: [
			{ path: 'image_id', before: '"ami-0a1b2c3d4e5f60005"', after: '"ami-0a1b2c3d4e5f60006"' },
			{ path: 'latest_version', before: '3', after: '(known after apply)' },
		],
	},
	{
		address: 'aws_autoscaling_group.main',
		group: 'compute',
		action: 'update',
		attributes: [{ path: 'launch_template[0].version', before: '"3"', after: '"4"' }],
	},
	{
		address: 'aws_lb_listener.https',
		group: 'load balancer',
		action: 'update',
		attributes: [
			{
				path: 'certificate_arn',
				before:
					'"arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b"',
				after:
					'"arn:aws:acm:us-west-2:123456789012:certificate/1c7e0000-0000-4000-8000-0000000000aa"',
			},
		],
	},
];

const destroys: readonly ReviewedResource[] = [
	{
		address: 'aws_db_instance.main[0]',
		group: 'database',
		action: 'replace',
		reason: 'cannot_update',
		attributes: [
			{
				path: 'kms_key_id',
				before: '"arn:aws:kms:us-west-2:123456789012:key/0d2f6f6e-4d1b-4a41-8b57-a0a2a1d0c9f4"',
				after: '"arn:aws:kms:us-west-2:123456789012:key/77aa6f6e-4d1b-4a41-8b57-a0a2a1d0c111"',
				forcesReplacement: true,
			},
			{ path: 'address', before: '"tfe-5f1c.c9x.rds.amazonaws.com"', after: '(known after apply)' },
		],
	},
	{
		address: 'aws_ebs_volume.data[1]',
		group: 'storage',
		action: 'delete',
		attributes: [
			{ path: 'size', before: '100' },
			{ path: 'id', before: '"vol-0a1b2c3d4e5f60009"' },
		],
	},
	...updates,
];

const model = (
	plan: PlanReview,
	more: Partial<PlanScreen> = {},
	practice = false,
): WizardViewModel =>
	createScreenModel({ kind: 'plan', step: 'install', plan, ...more }, 'install', {
		header: { ...sampleHeader, practice },
	});

export const planModels: Record<string, WizardViewModel> = {
	plan: model(review(sixtyResources, {})),
	planSaved: model(review(sixtyResources, {}), { savedAs: `${folder}/plan-3.txt` }, true),
	planUpdates: model(
		review(updates, {
			warnings: [
				'the launch template changes, which replaces the instance: the product is unavailable during the replacement, and after a rekey its Vault must be unsealed manually',
			],
		}),
	),
	planDestroys: model(
		review(destroys, {
			destroys: [
				'aws_db_instance.main[0] (will be replaced): kms_key_id cannot change in place; the database and all its data are lost',
				'aws_ebs_volume.data[1]: no longer in the configuration',
			],
			warnings: [
				'deletion protection is enabled for the database: the apply fails until it is disabled',
			],
			confirm: 'tfe.acme.example',
		}),
	),
};
