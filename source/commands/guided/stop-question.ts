import type { StopQuestion } from '../../engine/guide/model.ts';

/** What is asked before a run is stopped: gently first, then at a loss that is spelt out. */
export function stopQuestion(
	kind: StopQuestion['kind'],
	inFlight: readonly string[],
): StopQuestion {
	if (kind === 'gentle') {
		return {
			kind,
			words: [
				'Stop as soon as nothing is lost by it?',
				'What is made stays, and is in the state. The session can be resumed.',
			],
			lost: [],
		};
	}
	return {
		kind,
		words: [
			'It is stopping already. To insist tells Terraform to stop at once; an init or plan is killed if it has not ended after 10 s.',
			'What an apply is creating right now may then exist in AWS and be missing from the state: it has to be found, and removed or imported by hand.',
		],
		lost: inFlight,
		type: 'lose',
	};
}
