import type { AnswerRule } from '../../engine/question.ts';
import { createArnLocationRule } from '../rules/arn-location-rule.ts';

export const accessRules: readonly AnswerRule[] = [
	createArnLocationRule({
		id: 'boundary-account',
		key: 'access.user.permissions_boundary',
		what: 'the permissions boundary',
		ownAccount: true,
		why: 'IAM cannot attach a policy from another account',
	}),
];
