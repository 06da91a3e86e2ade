import { setTimeout as sleep } from 'node:timers/promises';
import { databaseStatus } from '../../aws/database.ts';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { type Context, text } from '../services.ts';

const POLL_MS = 5_000;
/** As long as the template gives RDS: a large snapshot takes its time. */
const DEADLINE_MS = 2 * 60 * 60 * 1000;
/** RDS passes through these on its way to `available`. */
const UNDER_WAY = new Set([
	'creating',
	'backing-up',
	'modifying',
	'configuring-enhanced-monitoring',
]);

/**
 * Waits until the database that an interrupted run had ordered is there: before, it has no
 * address, and everything that needs it would be made without one.
 *
 * @throws WizardError `cancelled`, or `timeout` after two hours.
 */
export async function* waitForDatabase(context: Context): AsyncGenerator<EngineEvent> {
	// The name the template gives it: local.name of aws-standard.
	const identifier = `tfe-${text(context, 'settings.installation_id')}`;
	const { aws } = context.services;
	const deadline = Date.now() + DEADLINE_MS;
	const command = `aws rds describe-db-instances --db-instance-identifier ${identifier}`;
	for (let said = false; ; said = true) {
		const status = await databaseStatus(aws.rds, identifier);
		if (status === undefined || !UNDER_WAY.has(status)) return;
		const words = `RDS is still at work on the database ${identifier} (${status}); waiting for it`;
		if (!said) yield { type: 'note', step: context.step, level: 'info', text: words };
		if (Date.now() >= deadline)
			throw new WizardError('timeout', {
				message: `The database ${identifier} was not available within 2 hours; it is ${status}.`,
				next: [command, 'Then run the same command again.'],
			});
		await sleep(POLL_MS, undefined, { signal: context.cancel.gentle }).catch(() => {
			throw new WizardError('cancelled', {
				message: `Stopped while waiting for the database ${identifier}, as asked.`,
				next: ['Run the same command again: it goes on from here.'],
			});
		});
	}
}
