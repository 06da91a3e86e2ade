import type { Rule } from '../../engine/question.ts';
import { arnRule } from '../rules/arn-rule.ts';

export const accessRules: readonly Rule[] = [
	arnRule({
		id: 'boundary-account',
		key: 'access.user.permissions_boundary',
		what: 'the permissions boundary',
		ownAccount: true,
		why: 'IAM cannot attach a policy from another account',
	}),
];
