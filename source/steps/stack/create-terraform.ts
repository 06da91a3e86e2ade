import { join } from 'node:path';
import { findSecretVariables } from '../../engine/child-environment.ts';
import { createDirectory } from '../../engine/directories.ts';
import { Terraform } from '../../terraform/driver.ts';
import { type Context, getAnswerText, getOutputText } from '../services.ts';

/** Directory of a stack's root module. */
export function getStackDirectory(context: Pick<Context, 'session'>, stack: string): string {
	return join(context.session.folders.workspace, stack);
}

/** A Terraform driver for one stack of the session. */
export function createStackTerraform(
	context: Context,
	options: { stack: string; folder: string; variables?: Readonly<Record<string, string>> },
): Terraform {
	const { secrets, session, cancel, services } = context;
	const logFolder = join(session.folders.logs, options.stack);
	createDirectory(logFolder);
	const mirror = getOutputText(context, 'preflight', 'provider_mirror');
	const lockTimeout = Number(context.answers['terraform.lock_timeout_seconds'] ?? 60);
	const terraform = new Terraform({
		step: context.step,
		stack: options.stack,
		binary: getAnswerText(context, 'terraform.binary') || 'terraform',
		folder: options.folder,
		logFolder,
		environment: services.cloud.childEnvironment(services.environment),
		secretVariables: findSecretVariables(context.answers),
		variables: options.variables,
		mask: (words) => secrets.mask(words),
		signal: cancel.gentle,
		pluginDir: mirror === '' ? undefined : mirror,
		lockTimeoutSeconds: lockTimeout,
		onProcess: ({ pid, label, stdoutPath }) =>
			session.journal.write('process', { stack: options.stack, pid, label, log: stdoutPath }),
	});
	cancel.hard.addEventListener('abort', () => terraform.interrupt(), { once: true });
	return terraform;
}
