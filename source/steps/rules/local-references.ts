import type { LocalReference } from '../../engine/question.ts';

/** The references of an answer that is a path or a program itself; none when it is empty. */
export function createLocalReferences(
	kind: LocalReference['kind'],
	value: unknown,
	inspect?: LocalReference['inspect'],
): LocalReference[] {
	return typeof value === 'string' && value !== ''
		? [{ path: [], kind, name: value, ...(inspect && { inspect }) }]
		: [];
}
