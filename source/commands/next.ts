import type { Answers } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import type { Outputs } from '../engine/step.ts';
import { installNext } from '../steps/install/step.ts';

/** Suggested commands after a run, the most likely first. */
export function nextCommands(facts: {
	session: Session;
	answers: Answers;
	done: readonly string[];
	outputs: Readonly<Record<string, Outputs>>;
	until: string | undefined;
}): string[] {
	const { session, answers, done, outputs, until } = facts;
	const command = `tfe-wizard ${session.record.practice ? 'practice' : 'install'} --session ${session.name}`;
	if (until !== undefined)
		return [
			`${command}${done.includes('preflight') && done.length === 1 ? ' --approve create' : ''}`,
		];
	return [
		...installNext({ answers }, outputs.install ?? {}),
		`tfe-wizard status --session ${session.name}`,
		// After a rekey, a restore depends on which key unseals which backup.
		...(outputs.rekey?.epoch === undefined
			? []
			: [`tfe-wizard backups restore-guide --session ${session.name}`]),
		`tfe-wizard answers export --session ${session.name}`,
	];
}
