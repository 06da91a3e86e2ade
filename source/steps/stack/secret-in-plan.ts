import { findSecretInValue } from '../../engine/answers/plaintext-secrets.ts';
import { WizardError } from '../../engine/errors.ts';
import type { PlanSummary } from '../../terraform/plan-summary.ts';
import type { Context } from '../services.ts';

/**
 * Runs before a stack is applied for the first time: a secret that is part of a planned name would
 * permanently be in outputs and logs of the installation.
 *
 * @throws WizardError `answers` with the secret's key and where it occurs, never its value.
 */
export function assertNoSecretInPlan(context: Context, stack: string, plan: PlanSummary): void {
	const { secrets, session } = context;
	const planned = [
		...plan.outputs.map(({ name, after }) => ({ place: `output ${name}`, value: after })),
		...plan.changes.flatMap(({ address, attributes }) =>
			attributes.map(({ path, after }) => ({ place: `${address} ${path}`, value: after })),
		),
	];
	const found = planned.flatMap(({ place, value }) => {
		const secret = findSecretInValue(value, secrets);
		return secret === undefined ? [] : [{ place, secret }];
	});
	const [first] = found;
	if (first === undefined) return;
	const command = `tfe-wizard ${session.record.practice ? 'practice' : 'install'} --session ${session.name}`;
	throw new WizardError('answers', {
		message: `The ${stack} plan contains the value of ${first.secret}; nothing was applied.`,
		expected: 'a secret that is not part of any resource name',
		details: found.map(({ place }) => secrets.mask(place)),
		next: [`Choose another secret, then run: ${command}`],
	});
}

/** Whether an apply of the stack was ever started in this session. */
export function wasStackApplied({ session }: Pick<Context, 'session'>, stack: string): boolean {
	return session.journal.read().some((entry) => entry.kind === 'apply' && entry.stack === stack);
}
