import { join } from 'node:path';
import { secretVariablesIn } from '../../engine/child-environment.ts';
import { makeFolder } from '../../engine/folders.ts';
import { Terraform } from '../../terraform/driver.ts';
import { type Context, outputText, text } from '../services.ts';

/** Directory of a stack's root module. */
export function stackFolder(context: Pick<Context, 'session'>, stack: string): string {
	return join(context.session.folders.workspace, stack);
}

/** A Terraform driver for one stack of the session. */
export function terraformOf(
	context: Context,
	options: { stack: string; folder: string; variables?: Readonly<Record<string, string>> },
): Terraform {
	const { secrets, session, cancel, services } = context;
	const logFolder = join(session.folders.logs, options.stack);
	makeFolder(logFolder);
	const mirror = outputText(context, 'preflight', 'provider_mirror');
	const lockTimeout = Number(context.answers['terraform.lock_timeout_seconds'] ?? 60);
	const terraform = new Terraform({
		binary: text(context, 'terraform.binary') || 'terraform',
		folder: options.folder,
		logFolder,
		environment: services.cloud.childEnvironment(services.environment),
		secretVariables: secretVariablesIn(context.answers),
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
