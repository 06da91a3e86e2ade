import { setTimeout as sleep } from 'node:timers/promises';
import { getDatabaseStatus } from '../../../aws/database-status.ts';
import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { type Context, getAnswerText } from '../../../steps/services.ts';

const POLL_MS = 5_000;
/** The same limit as in the template, because a large snapshot takes long. */
const DEADLINE_MS = 2 * 60 * 60 * 1000;
/** RDS passes through these on its way to `available`. */
const UNDER_WAY = new Set([
	'creating',
	'backing-up',
	'modifying',
	'configuring-enhanced-monitoring',
]);

/**
 * Waits for a database that an interrupted run started to create: until it is available it has no
 * address, and dependent resources would be created without one.
 *
 * @throws WizardError `cancelled`, or `timeout` after two hours.
 */
export async function* waitForDatabase(context: Context): AsyncGenerator<EngineEvent> {
	// The name in the template: local.name of aws-standard.
	const identifier = `tfe-${getAnswerText(context, 'settings.installation_id')}`;
	const { aws } = context.services;
	const deadline = Date.now() + DEADLINE_MS;
	const command = `aws rds describe-db-instances --db-instance-identifier ${identifier}`;
	for (let said = false; ; said = true) {
		const status = await getDatabaseStatus(aws.rds, identifier);
		if (status === undefined || !UNDER_WAY.has(status)) return;
		const words = `waiting for the database ${identifier} (${status})`;
		if (!said) yield { type: 'note', step: context.step, level: 'info', text: words };
		if (Date.now() >= deadline)
			throw new WizardError('timeout', {
				message: `The database ${identifier} was not available within 2 hours; its status is ${status}.`,
				next: [command, 'Then run the same command again.'],
			});
		await sleep(POLL_MS, undefined, { signal: context.cancel.gentle }).catch(() => {
			throw new WizardError('cancelled', {
				message: `Cancelled while waiting for the database ${identifier}.`,
				next: ['Run the same command again to resume.'],
			});
		});
	}
}
