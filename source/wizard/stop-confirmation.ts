import type { StopConfirmation } from './wizard-model.ts';

/** Creates the confirmation before a run is stopped gracefully or aborted. */
export function createStopConfirmation(
	kind: StopConfirmation['kind'],
	inFlight: readonly string[],
): StopConfirmation {
	if (kind === 'gentle') {
		return {
			kind,
			words: [
				'Stop after the operations in progress?',
				'Created resources remain, and are in the state. The session can be resumed.',
			],
			lost: [],
		};
	}
	return {
		kind,
		words: [
			'The run is already stopping. Stopping again aborts Terraform; an init or plan that has not ended after 10 s is killed.',
			'Resources that an apply is creating may then exist in AWS but be missing from the state; you have to find them, and remove or import them by hand.',
		],
		lost: inFlight,
		type: 'lose',
	};
}
