import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listAutoScalingGroupInstances } from '../../../aws/account-queries.ts';
import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { getResumeCommand } from '../../../engine/session/session-record.ts';
import { connectToInstance } from '../../../instance/connect.ts';
import {
	type InstanceConnection,
	InstanceError,
	type SshTarget,
} from '../../../instance/instance-types.ts';
import {
	type Context,
	createNoteEvent,
	getAnswerText,
	getOutputText,
} from '../../../steps/step-context.ts';

/** The first startup of the AMI takes up to 20 minutes; restores take longer. */
const BOOT_MS = 60 * 60_000;
const RETRY_MS = 5_000;
const SAY_EVERY_MS = 60_000;

/** Errors of an instance that is still booting; a wrong key or an unknown host is permanent. */
const passing = /refuses connections|does not answer|hung up|closed the connection/i;

/** The ssh destination, from the answers or from the Auto Scaling group. */
async function getSshTarget(
	context: Context,
	practiceConfig: string | undefined,
): Promise<(SshTarget & { id: string }) | undefined> {
	const user = getAnswerText(context, 'instance.ssh.user');
	const config = getAnswerText(context, 'instance.ssh.config');
	const configFile =
		practiceConfig ?? (config === '' ? undefined : resolve(context.services.baseFolder, config));
	const rest = { user, configFile };
	const given = getAnswerText(context, 'instance.ssh.host');
	if (given !== '') return { host: given, id: '', ...rest };
	const group = getOutputText(context, 'install', 'autoscaling_group_name');
	const [latest] = await listAutoScalingGroupInstances(context.services.aws.ec2, group);
	if (latest === undefined || latest.privateAddress === '') return undefined;
	return { host: latest.privateAddress, id: latest.id, ...rest };
}

/**
 * Connects to the instance, and waits while it is booting.
 *
 * @throws WizardError `command` when it is unreachable, `timeout` when it did not start.
 */
export async function* waitForInstanceConnection(
	context: Context,
	timeoutMs = BOOT_MS,
): AsyncGenerator<EngineEvent, InstanceConnection> {
	const { startPracticeInstance } = context.services;
	const practice = startPracticeInstance && (yield* startPracticeInstance());
	const startedAt = Date.now();
	let said = 0;
	for (;;) {
		throwIfCancelled(context);
		const late = Date.now() - startedAt >= timeoutMs;
		const { words, instance } = await tryConnect(context, practice?.configFile, late);
		if (instance !== undefined) return instance;
		const waited = Date.now() - startedAt;
		if (waited - said >= SAY_EVERY_MS) {
			said = waited;
			const minutes = Math.round(waited / 60_000);
			yield createNoteEvent(context, 'info', `${words}; waited ${minutes} min`);
		}
		await sleep(RETRY_MS, undefined, { signal: context.cancel.gentle }).catch(() => {});
	}
}

async function tryConnect(
	context: Context,
	practiceConfig: string | undefined,
	late: boolean,
): Promise<{ words: string; instance?: InstanceConnection }> {
	const target = await getSshTarget(context, practiceConfig);
	if (target === undefined) {
		const group = getOutputText(context, 'install', 'autoscaling_group_name');
		const words = `the Auto Scaling group ${group} has no running instance yet`;
		if (late) throw createStartupTimeoutError(words, context);
		return { words };
	}
	try {
		const { environment } = context.services;
		const instance = await connectToInstance(target, {
			environment,
			ownFolder: context.session.folders.root,
			signal: context.cancel.hard,
		});
		return { words: '', instance };
	} catch (thrown) {
		if (!(thrown instanceof InstanceError)) throw thrown;
		if (!passing.test(thrown.message)) throw instanceErrorToWizardError(thrown);
		if (late) throw createStartupTimeoutError(thrown.message, context);
		return { words: thrown.message };
	}
}

function createStartupTimeoutError(words: string, context: Context): WizardError {
	return new WizardError('timeout', {
		message: `The instance did not start: ${words}`,
		next: [
			'aws ec2 get-console-output --output text --instance-id INSTANCE_ID',
			getResumeCommand(context.session),
		],
	});
}

/** Converts an error of the instance driver. */
export function instanceErrorToWizardError(error: InstanceError): WizardError {
	return new WizardError(error.fault === 'timeout' ? 'timeout' : 'command', {
		message: error.message,
		next: error.hint,
		cause: error,
	});
}

export function throwIfCancelled(context: Context): void {
	if (!context.cancel.gentle.aborted) return;
	throw new WizardError('cancelled', {
		message: 'Cancelled while waiting for the instance; nothing was changed.',
		next: [getResumeCommand(context.session)],
	});
}
