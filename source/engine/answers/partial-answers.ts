import type { Answers } from '../question.ts';

/** Thrown when a missing answer is read. */
export class MissingAnswerError extends Error {
	override readonly name = 'NotAnswered';
	readonly key: string;

	constructor(key: string) {
		super(`${key} has no answer yet`);
		this.key = key;
	}
}

/**
 * Incomplete answers: reading one of `missing` throws `NotAnswered`, so that it is not mistaken for a
 * blank answer.
 */
export function createPartialAnswers(answers: Answers, missing: ReadonlySet<string>): Answers {
	return new Proxy(answers, {
		get(target, key, receiver) {
			if (typeof key === 'string' && missing.has(key)) throw new MissingAnswerError(key);
			return Reflect.get(target, key, receiver);
		},
	});
}
