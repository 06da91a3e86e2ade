import type {
	ProgressScreen,
	ResourceInProgress,
	WizardModel,
} from '../../../source/wizard/wizard-model.ts';
import { createScreenModel, secondsAgo } from './create-screen-model.ts';
import { certificateDiagnostic } from './diagnostics.ts';

const inFlight: readonly ResourceInProgress[] = [
	{
		address: 'aws_db_instance.main[0]',
		action: 'create',
		since: secondsAgo(492),
		usualSeconds: [480, 840],
	},
	{
		address: 'aws_nat_gateway.main[1]',
		action: 'create',
		since: secondsAgo(48),
		usualSeconds: [60, 180],
	},
	{ address: 'aws_s3_bucket_policy.main[0]', action: 'create', since: secondsAgo(2) },
];

const midway: ProgressScreen = {
	kind: 'progress',
	step: 'install',
	title: 'Installing',
	doing: 'terraform apply of install',
	runSince: secondsAgo(664),
	since: secondsAgo(531),
	total: 63,
	finished: 37,
	failed: 0,
	inFlight,
	milestones: [
		{ at: secondsAgo(655), level: 'done', step: 'preflight', text: '12 checks: 12 passed' },
		{
			at: secondsAgo(652),
			level: 'warning',
			step: 'preflight',
			text: 'credentials-expire: they expire in 38 min; an installation takes 25 to 40',
		},
		{
			at: secondsAgo(560),
			level: 'done',
			step: 'network',
			text: 'vpc-0a1b2c3d4e5f60000, 10.20.0.0/16, 2 zones',
		},
		{
			at: secondsAgo(556),
			level: 'done',
			step: 'access',
			text: 'continues as arn:aws:sts::123456789012:assumed-role/platform-admin/j.doe@acme.example',
		},
		{ at: secondsAgo(551), level: 'info', step: 'state', text: 'created bucket acme-tfe-state' },
		{
			at: secondsAgo(540),
			level: 'done',
			step: 'state',
			text: 'state is in s3://acme-tfe-state/acme-prod',
		},
	],
	diagnostics: [],
	log: '/home/j.doe/.local/share/tfe-wizard/sessions/acme-prod/logs/install-apply-3.log',
};

const model = (more: Partial<ProgressScreen>, rest: Partial<WizardModel> = {}): WizardModel =>
	createScreenModel({ ...midway, ...more }, 'install', rest);

const stopWords = [
	'Stop after the current operation? It is allowed to finish, and nothing is lost.',
];

export const progressModels: Record<string, WizardModel> = {
	progress: model({}),
	progressPlanning: model({
		title: 'Planning',
		doing: 'terraform plan of install',
		since: secondsAgo(12),
		total: 0,
		finished: 0,
		inFlight: [],
	}),
	progressStopping: model({
		stopping: {
			words: 'waiting for 3 resources in progress; Terraform finishes them before it stops',
			since: secondsAgo(21),
		},
	}),
	progressDiagnostic: model({ failed: 1, finished: 51, diagnostics: [certificateDiagnostic] }),
	stopGentle: model({}, { stop: { kind: 'gentle', words: stopWords, lost: [] } }),
	stopHard: model(
		{ stopping: { words: 'waiting for 1 resource in progress', since: secondsAgo(340) } },
		{
			stop: {
				kind: 'hard',
				words: ['Abort Terraform now? Resources being created may be missing from the state.'],
				lost: [
					'aws_db_instance.main[0]: being created for 8 min 12 s; it may exist without being in the state',
				],
				type: 'acme-prod',
			},
		},
	),
};
