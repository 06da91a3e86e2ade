import type { MilestoneEvent } from '../../../source/reporters/format-event.ts';
import type {
	Milestone,
	ProgressScreen,
	ResourceInProgress,
	WizardViewModel,
} from '../../../source/wizard/wizard-view-model.ts';
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

const milestoneAt = (seconds: number, event: MilestoneEvent): Milestone => ({
	at: secondsAgo(seconds),
	event,
});

const midway: ProgressScreen = {
	kind: 'progress',
	step: 'install',
	title: 'Installing',
	activity: 'terraform apply of install',
	runSince: secondsAgo(664),
	since: secondsAgo(531),
	total: 63,
	finished: 37,
	failed: 0,
	inFlight,
	milestones: [
		milestoneAt(655, {
			type: 'step.done',
			step: 'preflight',
			seconds: 9,
			summary: '12 checks: 12 passed',
		}),
		milestoneAt(652, {
			type: 'note',
			step: 'preflight',
			level: 'warning',
			text: 'credentials-expire: they expire in 38 min; an installation takes 25 to 40',
		}),
		milestoneAt(560, {
			type: 'step.done',
			step: 'network',
			seconds: 92,
			summary: 'vpc-0a1b2c3d4e5f60000, 10.20.0.0/16, 2 zones',
		}),
		milestoneAt(556, {
			type: 'step.done',
			step: 'access',
			seconds: 4,
			summary:
				'continues as arn:aws:sts::123456789012:assumed-role/platform-admin/j.doe@acme.example',
		}),
		milestoneAt(551, {
			type: 'change',
			step: 'state',
			state: 'made',
			what: 'bucket acme-tfe-state created',
		}),
		milestoneAt(540, {
			type: 'step.done',
			step: 'state',
			seconds: 16,
			summary: 'state is in s3://acme-tfe-state/acme-prod',
		}),
	],
	diagnostics: [],
	log: '/home/j.doe/.local/share/tfe-wizard/sessions/acme-prod/logs/install-apply-3.log',
};

const model = (
	more: Partial<ProgressScreen>,
	rest: Partial<WizardViewModel> = {},
): WizardViewModel => createScreenModel({ ...midway, ...more }, 'install', rest);

const stopWords = [
	'Stop after the current operation? It is allowed to finish, and nothing is lost.',
];

export const progressModels: Record<string, WizardViewModel> = {
	progress: model({}),
	progressPlanning: model({
		title: 'Planning',
		activity: 'terraform plan of install',
		since: secondsAgo(12),
		total: 0,
		finished: 0,
		inFlight: [],
	}),
	progressStopping: model({
		stopping: {
			message: 'waiting for 3 resources in progress; Terraform finishes them before it stops',
			since: secondsAgo(21),
		},
	}),
	progressDiagnostic: model({ failed: 1, finished: 51, diagnostics: [certificateDiagnostic] }),
	stopGentle: model({}, { stop: { kind: 'gentle', message: stopWords, lostResources: [] } }),
	stopHard: model(
		{ stopping: { message: 'waiting for 1 resource in progress', since: secondsAgo(340) } },
		{
			stop: {
				kind: 'hard',
				message: ['Abort Terraform now? Resources being created may be missing from the state.'],
				lostResources: [
					'aws_db_instance.main[0]: being created for 8 min 12 s; it may exist without being in the state',
				],
				type: 'acme-prod',
			},
		},
	),
};
