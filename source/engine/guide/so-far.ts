import type { Answers } from '../question.ts';

/** Thrown where an answer is read that nobody has given yet. */
export class NotAnswered extends Error {
	override readonly name = 'NotAnswered';
	readonly key: string;

	constructor(key: string) {
		super(`${key} has no answer yet`);
		this.key = key;
	}
}

/**
 * Answers that are not complete yet: reading one of `missing` throws `NotAnswered`, instead of
 * passing for an answer left blank.
 */
export function answersSoFar(answers: Answers, missing: ReadonlySet<string>): Answers {
	return new Proxy(answers, {
		get(target, key, receiver) {
			if (typeof key === 'string' && missing.has(key)) throw new NotAnswered(key);
			return Reflect.get(target, key, receiver);
		},
	});
}
