import { roleExists } from '../../aws/account-queries.ts';
import type { Session } from '../../engine/session/session.ts';
import { getInstallationRecord } from '../../engine/session/session-record.ts';
import {
	accountMatchCheck,
	awsProviderCheck,
	type Check,
	checkNameAvailability,
	createBucketFinding,
	createFailFinding,
	createPassFinding,
	credentialsCheck,
	getBucketNameOwnership,
	iamUserNameCheck,
	networkNameCheck,
	regionEnabledCheck,
	regionMatchCheck,
	sshClientCheck,
	stateBucketNameCheck,
	terraformCheck,
	wasStackStartedOrAdopted,
} from '../../steps/preflight/checks.ts';
import { getAnswerText } from '../../steps/step-context.ts';
import { isGenerateReference, resolveDatabasePassword } from './install/database-password.ts';
import { renderRolePolicies } from './rules/role-policies.ts';

const databasePasswordCheck: Check = {
	id: 'database-password',
	title: 'The database password is available and valid for RDS',
	async run(context) {
		if (isGenerateReference(context.answers['settings.db_password']))
			return createPassFinding('it will be generated');
		await resolveDatabasePassword(context);
		return createPassFinding('the referenced password is valid');
	},
};

const rolePoliciesCheck: Check = {
	id: 'role-policies',
	title: 'The additional policies of the instance role are valid',
	async run(context) {
		const files = await renderRolePolicies(context);
		return createPassFinding(
			Object.keys(files).length === 0 ? 'none are configured' : 'all policies are valid',
		);
	},
};

const dataBucketCheck: Check = {
	id: 'data-bucket-name',
	title: 'The data bucket is available',
	asksAws: true,
	async run(context) {
		const bucket = getAnswerText(context, 'settings.bucket_name');
		const standing = await getBucketNameOwnership(
			context,
			bucket,
			getAnswerText(context, 'region'),
		);
		const managed = context.answers['settings.manage_bucket'] !== false;
		if (!managed) {
			return standing === 'ours'
				? createPassFinding(`${bucket} exists`)
				: createFailFinding(
						`settings.manage_bucket is false, but this account has no bucket ${bucket} in the region`,
						'Create the bucket first, or set settings.manage_bucket to true.',
					);
		}
		const made = context.services.adoptState || mayHaveCreated(context.session);
		if (standing === 'ours' && !made) {
			return createFailFinding(
				`bucket ${bucket} already exists in this account`,
				'Choose another settings.bucket_name, or set settings.manage_bucket to false to use it. If the session that created it is lost: --adopt-state.',
			);
		}
		return createBucketFinding(bucket, standing, 'settings.bucket_name');
	},
};

/**
 * Whether this session may have created the bucket: something is installed, or an apply of the
 * stack was started. That the step ran is not enough, because its plan may not have been approved.
 */
function mayHaveCreated({ record, journal }: Session): boolean {
	if (getInstallationRecord(record) !== undefined) return true;
	if (record.notes['stack.install'] === undefined) return false;
	return journal.read().some(({ kind, stack }) => kind === 'apply' && stack === 'install');
}

const installationIdCheck: Check = {
	id: 'installation-name',
	title: 'The installation ID is not in use',
	asksAws: true,
	when: (context) => !wasStackStartedOrAdopted(context, 'install'),
	run: (context) => {
		const id = getAnswerText(context, 'settings.installation_id');
		return checkNameAvailability(context, {
			what: `installation ID ${id}`,
			taken: roleExists(context.services.aws, `tfe_iam_role-${id}`),
			because: `the role tfe_iam_role-${id} exists`,
			key: 'settings.installation_id',
		});
	},
};

/** All checks, in the order they are shown. */
export const ptfeAmiChecks: readonly Check[] = [
	terraformCheck,
	awsProviderCheck,
	sshClientCheck,
	credentialsCheck,
	accountMatchCheck,
	regionMatchCheck,
	regionEnabledCheck,
	stateBucketNameCheck,
	dataBucketCheck,
	networkNameCheck,
	iamUserNameCheck,
	installationIdCheck,
	databasePasswordCheck,
	rolePoliciesCheck,
];
