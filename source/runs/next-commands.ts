import type { Answers } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import type { StepOutputs } from '../engine/step.ts';
import type { Target } from '../targets/target.ts';

/** Suggested commands after a run, the most likely first. */
export function getNextCommands(options: {
	session: Session;
	target: Target;
	answers: Answers;
	done: readonly string[];
	outputs: Readonly<Record<string, StepOutputs>>;
	until: string | undefined;
}): string[] {
	const { session, target, answers, done, outputs, until } = options;
	const command = `tfe-wizard ${session.record.practice ? 'practice' : 'install'} --session ${session.name}`;
	if (until !== undefined)
		return [
			`${command}${done.includes('preflight') && done.length === 1 ? ' --approve create' : ''}`,
		];
	return target.nextCommands({ session: session.name, answers, outputs });
}
