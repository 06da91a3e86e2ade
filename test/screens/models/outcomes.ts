import type {
	DoneScreen,
	FailureScreen,
	WizardViewModel,
} from '../../../source/wizard/wizard-view-model.ts';
import { createSampleStepper, createScreenModel } from './create-screen-model.ts';
import { certificateDiagnostic, deprecationDiagnostic, quotaDiagnostic } from './diagnostics.ts';

const home = '/home/j.doe/.local/share/tfe-wizard/sessions/acme-prod';

const leave = {
	value: 'leave',
	label: 'Quit',
	hint: 'resume with: tfe-wizard --session acme-prod',
};
const retry = { value: 'retry', label: 'Retry', hint: 'plans only the remaining steps' };

const certificate: FailureScreen = {
	kind: 'failure',
	step: 'install',
	stepTitle: 'Install',
	errorKind: 'outside',
	message: "The load balancer's certificate was refused.",
	details: ['the state is safe in s3://acme-tfe-state/acme-prod'],
	diagnostics: [certificateDiagnostic, quotaDiagnostic, deprecationDiagnostic],
	done: ['Preflight', 'Network', 'Access', 'State', 'Settings', 'Install: 51 of 63 resources'],
	notDone: ['Install: 11 of 63 resources not started', 'writing the setup data'],
	log: `${home}/logs/install-apply-3.log`,
	next: ['tfe-wizard install --session acme-prod'],
	choices: [
		{
			value: 'fix:settings.cert_id',
			label: 'Change the certificate',
			hint: 'Settings, then a new plan',
		},
		{ value: 'answers', label: 'Change another answer' },
		retry,
		leave,
	],
};

const failures: Record<string, FailureScreen> = {
	failureRefused: certificate,
	failurePreflight: {
		...certificate,
		step: 'preflight',
		stepTitle: 'Preflight',
		errorKind: 'yours',
		message: 'Bucket acme-tfe-state belongs to another account.',
		expected: 'an unused name, or a bucket of account 123456789012',
		details: ['state-bucket-name: HeadBucket returned 403'],
		diagnostics: [],
		done: [],
		notDone: ['Network', 'Access', 'State', 'Settings', 'Install'],
		log: undefined,
		choices: [
			{
				value: 'fix:state.s3.bucket',
				label: 'Change the state bucket',
				hint: 'currently acme-tfe-state',
			},
			{ ...retry, hint: 'runs the checks again' },
			leave,
		],
	},
	failureOurs: {
		...certificate,
		errorKind: 'ours',
		message: "Internal error: Cannot read properties of undefined (reading 'outputs')",
		details: [
			'at variablesOf (steps/install/step.ts:76:27)',
			'at run (steps/install/step.ts:41:14)',
			'at converge (engine/runner.ts:118:9)',
		],
		diagnostics: [],
		notDone: ['Install'],
		done: ['Preflight', 'Network', 'Access', 'State', 'Settings'],
		next: ['Run the same command again. If it fails again, report it with the lines above.'],
		choices: [retry, leave],
	},
	failureCancelled: {
		...certificate,
		errorKind: 'cancelled',
		message: 'Stopped after the resources in progress were finished.',
		details: ['the state is in s3://acme-tfe-state/acme-prod and is not locked'],
		diagnostics: [],
		done: ['Preflight', 'Network', 'Access', 'State', 'Settings', 'Install: 40 of 63 resources'],
		notDone: ['Install: 23 of 63 resources'],
		choices: [
			{ ...leave, label: 'Quit' },
			{ ...retry, label: 'Resume' },
		],
	},
};

const done: DoneScreen = {
	kind: 'done',
	seconds: 1927,
	summaries: [
		{ step: 'preflight', title: 'Preflight', text: '12 checks: 12 passed' },
		{ step: 'network', title: 'Network', text: 'vpc-0a1b2c3d4e5f60000, 10.20.0.0/16, 2 zones' },
		{
			step: 'access',
			title: 'Access',
			text: 'continues as arn:aws:sts::123456789012:assumed-role/platform-admin/j.doe@acme.example',
		},
		{ step: 'state', title: 'State', text: 'state is in s3://acme-tfe-state/acme-prod' },
		{ step: 'settings', title: 'Settings', text: 'tfe.acme.example, m5.2xlarge' },
		{
			step: 'install',
			title: 'Install',
			text: 'https://tfe.acme.example created; the instance is starting',
		},
	],
	outputs: [
		{ name: 'install.url', value: 'https://tfe.acme.example' },
		{ name: 'install.dns_name', value: 'tfe-5f1c7a52-1093846251.us-west-2.elb.amazonaws.com' },
		{ name: 'install.bucket_name', value: 'tfe-tfe.acme.example-data' },
		{
			name: 'install.database_host',
			value: 'tfe-5f1c7a52.c9xq2m4k1z7w.us-west-2.rds.amazonaws.com',
		},
		{
			name: 'install.kms_key_arn',
			value: 'arn:aws:kms:us-west-2:123456789012:key/0d2f6f6e-4d1b-4a41-8b57-a0a2a1d0c9f4',
		},
		{
			name: 'install.load_balancer_arn',
			value:
				'arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/tfe-5f1c7a52/5d0d6b2f4c3e1a90',
		},
		{ name: 'network.vpc_id', value: 'vpc-0a1b2c3d4e5f60000' },
	],
	next: [
		'Create the DNS record: tfe.acme.example CNAME tfe-5f1c7a52-1093846251.us-west-2.elb.amazonaws.com',
		'tfe-wizard status --session acme-prod',
		'tfe-wizard answers export --session acme-prod',
	],
	command: `tfe-wizard install --session acme-prod --answers ${home}/answers.yaml --no-input --approve create`,
	answersFile: `${home}/answers.yaml`,
	workspace: `${home}/workspace`,
};

export const outcomeModels: Record<string, WizardViewModel> = {
	...Object.fromEntries(
		Object.entries(failures).map(([name, screen]) => [
			name,
			createScreenModel(screen, undefined, {
				stepper: createSampleStepper(
					screen.step,
					screen.errorKind === 'cancelled' ? 'current' : 'failed',
				),
			}),
		]),
	),
	done: createScreenModel(done, 'end'),
};
