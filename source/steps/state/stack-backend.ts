import type { HclValue } from '../../terraform/hcl-writer.ts';
import { type Context, getAnswerText, getOutputText } from '../services.ts';
import { renderBackendBlock } from '../stack/workspace-files.ts';
import { getStackBackendSettings } from './backend-settings.ts';
import { findBackendType } from './backend-types.ts';

/** Key of a stack's state object; its lock object has the same key with `.tflock`. */
export function getStateKey(context: Pick<Context, 'answers'>, stack: string): string {
	return `${getAnswerText(context, 'state.s3.prefix')}/${stack}.tfstate`;
}

/** The `backend.tf` of a stack, according to the answers. */
export function renderBackendFile(context: Context, stack: string): string {
	switch (getAnswerText(context, 'state')) {
		case 's3': {
			const kms = getAnswerText(context, 'state.s3.kms_key_id');
			return renderBackendBlock('s3', {
				bucket: getAnswerText(context, 'state.s3.bucket'),
				key: getStateKey(context, stack),
				region: getAnswerText(context, 'state.s3.region'),
				use_lockfile: true,
				// Without a key, `encrypt = true` asks for AES256 over the KMS default of the bucket
				// (terraform, internal/backend/remote-state/s3/client.go). The bucket should decide.
				...(kms === '' ? {} : { encrypt: true, kms_key_id: kms }),
				...(context.services.cloud.practice
					? {}
					: { allowed_account_ids: [getOutputText(context, 'preflight', 'account')] }),
				...context.services.cloud.s3BackendSettings,
			});
		}
		case 'backend': {
			const type = getAnswerText(context, 'state.backend.type');
			const given = context.answers['state.backend.settings'];
			const settings =
				typeof given === 'object' && given !== null ? (given as Record<string, HclValue>) : {};
			return renderBackendBlock(
				type,
				getStackBackendSettings(type, settings, stack, context.session.name) as Record<
					string,
					HclValue
				>,
				findBackendType(type)?.blocks,
			);
		}
		default:
			return renderBackendBlock('local', { path: 'terraform.tfstate' });
	}
}

/** Where the state is stored, for messages. */
export function describeStateLocation(context: Context): string {
	switch (getAnswerText(context, 'state')) {
		case 's3':
			return `s3://${getAnswerText(context, 'state.s3.bucket')}/${getAnswerText(context, 'state.s3.prefix')}/`;
		case 'backend':
			return `the ${getAnswerText(context, 'state.backend.type')} backend`;
		default:
			return `files in ${context.session.folders.workspace}`;
	}
}
