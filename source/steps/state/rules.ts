import type { Answers, Rule } from '../../engine/question.ts';
import { mapOf, textOf } from '../rules/answers.ts';
import { arnRule } from '../rules/arn-rule.ts';
import { ARGUMENT, namesStack, STACK } from './backend-settings.ts';
import { backendOf } from './backends.ts';

const TYPE = 'state.backend.type';
const SETTINGS = 'state.backend.settings';

function settingsOf(answers: Answers) {
	return answers.state === 'backend' ? mapOf(answers, SETTINGS) : undefined;
}

export const stateRules: readonly Rule[] = [
	arnRule({
		id: 'state-key-region',
		key: 'state.s3.kms_key_id',
		what: 'the key of the state bucket',
		regionKey: 'state.s3.region',
		why: 'S3 encrypts with keys of its own region only',
	}),
	{
		id: 'state-bucket-alone',
		keys: ['state.s3.bucket', 'settings.bucket_name'],
		text: "State must not be kept in the product's own bucket: removing the installation would remove its state.",
		check: (answers) => {
			const bucket = textOf(answers, 'state.s3.bucket');
			return answers.state === 's3' &&
				bucket !== '' &&
				bucket === textOf(answers, 'settings.bucket_name')
				? "is the product's own bucket (settings.bucket_name); state needs another one"
				: undefined;
		},
	},
	{
		id: 'backend-required-settings',
		keys: [SETTINGS, TYPE],
		text: 'The backend needs the settings that Terraform demands of its type.',
		check: (answers) => {
			const settings = settingsOf(answers);
			const backend = backendOf(textOf(answers, TYPE));
			if (settings === undefined || backend === undefined) return undefined;
			const missing = backend.required.filter((name) => !(name in settings));
			return missing.length === 0
				? undefined
				: `lacks ${missing.join(' and ')}, which the backend ${backend.type} needs`;
		},
	},
	{
		id: 'backend-block-arguments',
		keys: [SETTINGS, TYPE],
		text: 'Names within a block of the backend (workspaces, assume_role, exec) are names of arguments: lower-case letters, digits and _.',
		check: (answers) => {
			const settings = settingsOf(answers) ?? {};
			const blocks = backendOf(textOf(answers, TYPE))?.blocks ?? [];
			for (const block of blocks) {
				const odd = Object.keys(mapOf(settings, block)).find((name) => !ARGUMENT.test(name));
				if (odd !== undefined) {
					return `has ${JSON.stringify(odd)} in ${block}, which is not the name of an argument`;
				}
			}
			return undefined;
		},
	},
	{
		id: 'backend-state-for-each-stack',
		keys: [SETTINGS, TYPE],
		text: `Each part of the installation needs a state of its own: an http backend needs ${STACK} in each of its addresses, and a remote one a workspace name, not a prefix.`,
		check: (answers) => {
			const settings = settingsOf(answers);
			const type = textOf(answers, TYPE);
			if (settings === undefined) return undefined;
			if (type === 'http') {
				const shared = ['address', 'lock_address', 'unlock_address'].find(
					(name) => name in settings && !namesStack(settings[name]),
				);
				if (shared !== undefined) {
					return `has one ${shared} for every part of the installation; put ${STACK} into it`;
				}
			}
			if (type === 'remote' && 'prefix' in mapOf(settings, 'workspaces')) {
				return `has a prefix for workspaces; give workspaces.name, with ${STACK} in it`;
			}
			return undefined;
		},
	},
];
