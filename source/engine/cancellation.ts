import type { CancellationSignals } from './step.ts';

export interface CancellationSource extends CancellationSignals {
	/** Requests a gentle stop on the first call and a hard one on the second. Returns which one it was. */
	request(): 'gentle' | 'hard' | 'ignored';
}

/** Creates a cancellation that signals and keys can request twice. */
export function createCancellationSource(): CancellationSource {
	const gentle = new AbortController();
	const hard = new AbortController();
	return {
		gentle: gentle.signal,
		hard: hard.signal,
		request() {
			if (hard.signal.aborted) return 'ignored';
			const which = gentle.signal.aborted ? 'hard' : 'gentle';
			(which === 'hard' ? hard : gentle).abort();
			return which;
		},
	};
}
