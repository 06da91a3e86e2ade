import { WizardError } from '../../source/engine/errors.ts';
import type { EngineEvent } from '../../source/engine/events.ts';

type Of<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

/** Captures the output of two streams. */
export function captureStreams() {
	const text = { out: '', err: '' };
	const stream = (name: 'out' | 'err') => ({
		write: (words: string) => {
			text[name] += words;
		},
	});
	return { text, streams: { out: stream('out'), err: stream('err') } };
}

export const runStartedEvent: Of<'run.started'> = {
	type: 'run.started',
	session: 'acme',
	resumed: false,
	practice: false,
	steps: ['preflight', 'network'],
	folder: '/home/sessions/acme',
};

export const resourceEvent: Of<'resource'> = {
	type: 'resource',
	step: 'network',
	stack: 'network',
	address: 'aws_nat_gateway.this[0]',
	action: 'create',
	phase: 'started',
	elapsedSeconds: 0,
};

export const planEvent: Of<'plan'> = {
	type: 'plan',
	step: 'network',
	stack: 'network',
	counts: { create: 3, update: 1, delete: 1, replace: 1 },
	groups: [
		{ title: 'storage', addresses: ['aws_s3_bucket.this'] },
		{ title: 'network', addresses: ['aws_vpc.this', 'aws_subnet.a', 'aws_subnet.b'] },
	],
	updates: ['aws_db_instance.this'],
	destroys: ['aws_vpc.old', 'aws_subnet.a (will be replaced)'],
	file: '/plans/network.tfplan',
	approvedBy: '--approve destroy',
};

export const runDoneEvent: Of<'run.done'> = {
	type: 'run.done',
	session: 'acme',
	outputs: {
		'install.url': 'https://tfe.acme.example',
		'install.zone_id': '',
		'network.ids': ['a', 'b'],
	},
	seconds: 208,
	next: ['tfe-wizard status --session acme', 'tfe-wizard answers export --session acme'],
};

/** An error with every fact set. */
export const sampleError = new WizardError('command', {
	message: 'terraform apply failed: 1 error.',
	expected: 'everything made',
	details: ['aws_nat_gateway.this[0]', 'AWS reported: NatGatewayLimitExceeded\nfor this zone'],
	place: { file: 'acme.yaml', line: 12, column: 3 },
	log: '/logs/network/apply.jsonl',
	next: ['aws service-quotas list', 'tfe-wizard install --session acme'],
});

/** One event of each type. */
export const sampleEvents: { [T in EngineEvent['type']]: Of<T> } = {
	'run.started': runStartedEvent,
	'step.started': { type: 'step.started', step: 'network', title: 'Network' },
	'step.skipped': { type: 'step.skipped', step: 'network', reason: 'there already' },
	'step.done': { type: 'step.done', step: 'network', summary: 'vpc-1', seconds: 75 },
	'step.failed': { type: 'step.failed', step: 'network', seconds: 3.2 },
	check: {
		type: 'check',
		step: 'preflight',
		id: 'account',
		title: 'Account',
		severity: 'blocker',
		result: 'fail',
		found: 'another account',
		fix: 'aws sso login',
	},
	note: { type: 'note', level: 'info', text: 'some words' },
	command: { type: 'command', step: 'network', phase: 'started', argv: ['terraform', 'plan'] },
	log: { type: 'log', step: 'network', path: '/logs/plan.jsonl' },
	change: { type: 'change', step: 'state', what: 'bucket acme-state', state: 'made' },
	plan: planEvent,
	resource: resourceEvent,
	diagnostic: {
		type: 'diagnostic',
		step: 'network',
		diagnostic: {
			severity: 'warning',
			summary: 'Limit exceeded',
			detail: '',
			address: 'aws_eip.this',
			range: 'network.tf:3:1',
		},
	},
	interrupt: { type: 'interrupt', text: 'interrupt: waiting' },
	'run.done': runDoneEvent,
	waiting: { type: 'waiting', what: 'the command of settings.db_password', seconds: 12 },
	'run.failed': {
		type: 'run.failed',
		fault: 'refused',
		kind: 'yours',
		exitCode: 6,
		message: 'No.',
		details: [],
		next: [],
	},
};
