import type { QuestionCatalogue } from '../engine/question.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';
import { createTarget, type Target } from './target.ts';
import { targetDefinitions } from './target-definitions.ts';

export const targets: readonly Target[] = targetDefinitions.map((one) =>
	createTarget(one, targetDefinitions),
);

export const defaultTarget = targets[0] as Target;

/** The target that an answer names; the default one when there is no such target. */
export function getTargetOrDefault(id: unknown): Target {
	return targets.find((target) => target.id === id) ?? defaultTarget;
}

/** The target of a session, by its answers. */
export function getSessionTarget(record: SessionRecord | undefined): Target {
	return getTargetOrDefault(record?.answers.target);
}

/** The question catalogue of a target. */
export function getTargetCatalogue(target: unknown): QuestionCatalogue {
	return getTargetOrDefault(target).catalogue;
}
