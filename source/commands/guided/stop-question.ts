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
				'Stop at the next moment that loses nothing? That is within a minute.',
				'What is made stays, and is in the state. The session can be resumed.',
			],
			lost: [],
		};
	}
	return {
		kind,
		words: [
			'It is stopping already. To insist makes terraform drop everything at once.',
			'What is being made right now may then exist in AWS and be missing from the state: somebody has to find it and remove or import it by hand.',
		],
		lost: inFlight,
		type: 'lose',
	};
}
