import { setTimeout as sleep } from 'node:timers/promises';
import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import type { Question } from '../../../engine/question.ts';
import { getResumeCommand } from '../../../engine/session/session-record.ts';
import { quoteShellWord } from '../../../engine/shell-quote.ts';
import type { Step, StepResult } from '../../../engine/step.ts';
import { type InstanceConnection, InstanceError } from '../../../instance/instance-types.ts';
import { createLocalReferences } from '../../../steps/rules/local-references.ts';
import { optionalFilePathRule } from '../../../steps/rules/names-and-identifiers.ts';
import { readTextAnswer } from '../../../steps/rules/read-answers.ts';
import {
	type Context,
	createNoteEvent,
	getOutputText,
	type Services,
} from '../../../steps/step-context.ts';
import {
	instanceErrorToWizardError,
	throwIfCancelled,
	waitForInstanceConnection,
} from '../instance/wait-for-ssh-connection.ts';
import { loginNameRule, optionalSshHostRule } from '../rules/ssh-and-custodians.ts';

const DETAILS = 'SSH connection details';

/** How the running instance is reached. */
export const bootstrapQuestions: readonly Question[] = [
	{
		key: 'instance',
		label: 'Instance access',
		help: 'Whether the installer connects to the instance over SSH. SSH is required to monitor the startup, to rekey Vault, and to create and confirm backups. The installer runs your local ssh with your configuration, agent, jump hosts and known hosts. An unknown host key is shown, never accepted.',
		kind: 'variant',
		options: [
			{
				value: 'ssh',
				label: 'SSH, with your local ssh',
				hint: 'requires an EC2 key pair on the instance',
			},
			{
				value: 'none',
				label: 'None',
				hint: 'no rekey, and only hourly backups',
			},
		],
		derive: (answers) => (readTextAnswer(answers, 'settings.key_name') === '' ? 'none' : 'ssh'),
		derived: 'ssh if the instance has a key pair, otherwise none',
	},
	{
		key: 'instance.ssh.host',
		label: 'Instance address',
		help: 'The ssh destination: an address, a hostname, or an alias from your ssh configuration. Empty means the private address of the instance in the Auto Scaling group; configure a jump host in your ssh configuration.',
		...optionalSshHostRule,
		example: 'tfe-prod',
		default: '',
		group: DETAILS,
	},
	{
		key: 'instance.ssh.user',
		label: 'SSH user',
		help: 'The login user on the instance. The AMI has the user tfe-admin. The user must be able to run sudo without a password.',
		...loginNameRule,
		example: 'tfe-admin',
		default: 'tfe-admin',
		group: DETAILS,
	},
	{
		key: 'instance.ssh.config',
		label: 'SSH configuration file',
		help: 'The configuration file for ssh (ssh -F). Empty means your default configuration.',
		...optionalFilePathRule,
		localReferences: (value) => createLocalReferences('file', value),
		example: 'ssh_config',
		default: '',
		group: DETAILS,
	},
];

/** The status that the AMI reports once all its services are running. */
const HEALTHY = 'All Systems Operational';
const STATUS_URL = 'http://localhost:80/admin/bootstrap/status.json';

/** Migrations of a restored database take up to an hour. */
const PATIENCE_MS = 90 * 60_000;
const LOOK_EVERY_MS = 5_000;
const SAY_EVERY_MS = 60_000;
const COMMAND_MS = 30_000;

export const startupWaitStep: Step<Services> = {
	id: 'bootstrap',
	title: 'Startup',
	summary: 'Waits until Terraform Enterprise reports that all services are running.',
	needs: ['install'],
	questions: bootstrapQuestions,
	rules: [],
	intent: (answers) =>
		answers.instance === 'ssh'
			? [`ssh to the instance, and wait until it reports "${HEALTHY}"; change nothing`]
			: ['skip; the instance starts without being monitored'],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	const url = getOutputText(context, 'install', 'url');
	if (context.answers.instance !== 'ssh') {
		return { summary: `skipped, not monitored: ${url}`, outputs: {} };
	}
	yield createNoteEvent(
		context,
		'info',
		'connecting to the instance; the first startup takes 10 to 20 minutes',
	);
	const instance = yield* waitForInstanceConnection(context);
	try {
		const address = instance.target.host;
		yield createNoteEvent(context, 'info', `connected to ${address} as ${instance.target.user}`);
		yield* waitUntilHealthy(context, instance);
		return { summary: `${HEALTHY} at ${address}`, outputs: { address } };
	} catch (thrown) {
		throw thrown instanceof InstanceError ? instanceErrorToWizardError(thrown) : thrown;
	} finally {
		await instance.close();
	}
}

async function* waitUntilHealthy(
	context: Context,
	instance: InstanceConnection,
): AsyncGenerator<EngineEvent> {
	const startedAt = Date.now();
	let said = 0;
	for (;;) {
		throwIfCancelled(context);
		const { exitCode, stdout } = await instance.run(['curl', '-s', '-m', '10', STATUS_URL], {
			timeoutMs: COMMAND_MS,
			signal: context.cancel.hard,
		});
		const words = stdout.toString('utf8').replace(/\s+/g, ' ').trim();
		if (exitCode === 0 && words.includes(HEALTHY)) return;
		const now =
			exitCode === 0 ? words.slice(0, 200) : `no response (curl exited with status ${exitCode})`;
		const waited = Date.now() - startedAt;
		if (waited >= PATIENCE_MS) throw createUnhealthyError(now, instance, context);
		if (waited - said >= SAY_EVERY_MS) {
			said = waited;
			yield createNoteEvent(
				context,
				'info',
				`not ready after ${Math.round(waited / 60_000)} min: ${now}`,
			);
		}
		await sleep(LOOK_EVERY_MS, undefined, { signal: context.cancel.gentle }).catch(() => {});
	}
}

function createUnhealthyError(
	now: string,
	instance: InstanceConnection,
	context: Context,
): WizardError {
	const { user, host } = instance.target;
	return new WizardError('timeout', {
		message: 'Terraform Enterprise did not start.',
		details: [`status: ${now}`],
		expected: `"${HEALTHY}" from ${STATUS_URL}`,
		next: [
			`ssh ${quoteShellWord(`${user}@${host}`)} systemctl status cloud-final (if it exited early, the setup data could not be fetched)`,
			`ssh ${quoteShellWord(`${user}@${host}`)} sudo hashicorp-support`,
			getResumeCommand(context.session),
		],
	});
}
