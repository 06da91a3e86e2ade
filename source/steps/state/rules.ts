import type { AnswerRule, Answers } from '../../engine/question.ts';
import { createArnLocationRule } from '../rules/arn-location-rule.ts';
import { readMapAnswer, readTextAnswer } from '../rules/read-answers.ts';
import { targetKeys } from '../services.ts';
import {
	ARGUMENT_NAME_PATTERN,
	containsStackPlaceholder,
	STACK_PLACEHOLDER,
} from './backend-settings.ts';
import { findBackendType } from './backend-types.ts';

const TYPE = 'state.backend.type';
const SETTINGS = 'state.backend.settings';

function settingsOf(answers: Answers) {
	return answers.state === 'backend' ? readMapAnswer(answers, SETTINGS) : undefined;
}

export const stateRules: readonly AnswerRule[] = [
	createArnLocationRule({
		id: 'state-key-region',
		key: 'state.s3.kms_key_id',
		what: 'the KMS key of the state bucket',
		regionKey: 'state.s3.region',
		why: 'S3 supports only KMS keys in the same region',
	}),
	{
		id: 'state-bucket-alone',
		keys: ['state.s3.bucket', targetKeys.dataBucket],
		text: 'State must not be stored in the application data bucket, because removing the installation would remove its state.',
		check: (answers) => {
			const bucket = readTextAnswer(answers, 'state.s3.bucket');
			return answers.state === 's3' &&
				bucket !== '' &&
				bucket === readTextAnswer(answers, targetKeys.dataBucket)
				? `is the application data bucket (${targetKeys.dataBucket}); state requires a separate bucket`
				: undefined;
		},
	},
	{
		id: 'backend-required-settings',
		keys: [SETTINGS, TYPE],
		text: 'The backend settings must include those that Terraform requires for the backend type.',
		check: (answers) => {
			const settings = settingsOf(answers);
			const backend = findBackendType(readTextAnswer(answers, TYPE));
			if (settings === undefined || backend === undefined) return undefined;
			const missing = backend.required.filter((name) => !(name in settings));
			return missing.length === 0
				? undefined
				: `lacks ${missing.join(' and ')}, required by the ${backend.type} backend`;
		},
	},
	{
		id: 'backend-block-arguments',
		keys: [SETTINGS, TYPE],
		text: 'Names in a nested block of the backend (workspaces, assume_role, exec) must be argument names: lowercase letters, digits and _.',
		check: (answers) => {
			const settings = settingsOf(answers) ?? {};
			const blocks = findBackendType(readTextAnswer(answers, TYPE))?.blocks ?? [];
			for (const block of blocks) {
				const odd = Object.keys(readMapAnswer(settings, block)).find(
					(name) => !ARGUMENT_NAME_PATTERN.test(name),
				);
				if (odd !== undefined) {
					return `contains ${JSON.stringify(odd)} in ${block}, which is not a valid argument name`;
				}
			}
			return undefined;
		},
	},
	{
		id: 'backend-state-for-each-stack',
		keys: [SETTINGS, TYPE],
		text: `Each stack must have its own state: an http backend requires ${STACK_PLACEHOLDER} in each of its addresses, and a remote backend requires a workspace name, not a prefix.`,
		check: (answers) => {
			const settings = settingsOf(answers);
			const type = readTextAnswer(answers, TYPE);
			if (settings === undefined) return undefined;
			if (type === 'http') {
				const shared = ['address', 'lock_address', 'unlock_address'].find(
					(name) => name in settings && !containsStackPlaceholder(settings[name]),
				);
				if (shared !== undefined) {
					return `has the same ${shared} for every stack; include ${STACK_PLACEHOLDER} in it`;
				}
			}
			if (type === 'remote' && 'prefix' in readMapAnswer(settings, 'workspaces')) {
				return `has a prefix for workspaces; set workspaces.name instead, with ${STACK_PLACEHOLDER} in it`;
			}
			return undefined;
		},
	},
];
