import type { Cancellation } from './step.ts';

export interface CancellationSource extends Cancellation {
	/** First call: gentle. Second: hard. Further ones do nothing. Returns which one it was. */
	request(): 'gentle' | 'hard' | 'ignored';
}

/** A cancellation that signals and keys can ask for, twice. */
export function cancellationSource(): CancellationSource {
	const gentle = new AbortController();
	const hard = new AbortController();
	return {
		gentle: gentle.signal,
		hard: hard.signal,
		request() {
			if (!gentle.signal.aborted) {
				gentle.abort();
				return 'gentle';
			}
			if (!hard.signal.aborted) {
				hard.abort();
				return 'hard';
			}
			return 'ignored';
		},
	};
}
