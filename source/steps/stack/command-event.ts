import type { EngineEvent } from '../../engine/events.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { Context } from '../services.ts';

/** Announces a terraform command, because some print nothing for a while. */
export function createCommandStartedEvent(
	context: Context,
	terraform: Terraform,
	command: string,
): EngineEvent {
	return {
		type: 'command',
		step: context.step,
		phase: 'started',
		argv: [terraform.binary, command],
		cwd: terraform.folder,
	};
}
