import type { HclValue } from '../../terraform/hcl.ts';
import { type Context, outputText, text } from '../services.ts';
import { backendFile } from '../stack/files.ts';
import { settingsForStack } from './backend-settings.ts';
import { backendOf } from './backends.ts';

/** Key of a stack's state object; its lock object has the same key with `.tflock`. */
export function stateKey(context: Pick<Context, 'answers'>, stack: string): string {
	return `${text(context, 'state.s3.prefix')}/${stack}.tfstate`;
}

/** The `backend.tf` of a stack, according to the answers. */
export function wantedBackend(context: Context, stack: string): string {
	switch (text(context, 'state')) {
		case 's3': {
			const kms = text(context, 'state.s3.kms_key_id');
			return backendFile('s3', {
				bucket: text(context, 'state.s3.bucket'),
				key: stateKey(context, stack),
				region: text(context, 'state.s3.region'),
				use_lockfile: true,
				// Without a key, `encrypt = true` asks for AES256 over the KMS default of the bucket
				// (terraform, internal/backend/remote-state/s3/client.go). The bucket should decide.
				...(kms === '' ? {} : { encrypt: true, kms_key_id: kms }),
				...(context.services.cloud.practice
					? {}
					: { allowed_account_ids: [outputText(context, 'preflight', 'account')] }),
				...context.services.cloud.s3BackendSettings,
			});
		}
		case 'backend': {
			const type = text(context, 'state.backend.type');
			const given = context.answers['state.backend.settings'];
			const settings =
				typeof given === 'object' && given !== null ? (given as Record<string, HclValue>) : {};
			return backendFile(
				type,
				settingsForStack(type, settings, stack, context.session.name) as Record<string, HclValue>,
				backendOf(type)?.blocks,
			);
		}
		default:
			return backendFile('local', { path: 'terraform.tfstate' });
	}
}

/** Where the state is stored, for messages. */
export function stateWords(context: Context): string {
	switch (text(context, 'state')) {
		case 's3':
			return `s3://${text(context, 'state.s3.bucket')}/${text(context, 'state.s3.prefix')}/`;
		case 'backend':
			return `the ${text(context, 'state.backend.type')} backend`;
		default:
			return `files in ${context.session.folders.workspace}`;
	}
}
