import { roleExists } from '../../aws/account-queries.ts';
import { findLocalReferenceProblems } from '../../engine/answers/find-local-reference-problems.ts';
import { formatCount } from '../../engine/format.ts';
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
import { parseCeremonyRecordNote } from './rekey/ceremony-storage.ts';
import { loadCustodians } from './rekey/load-custodians.ts';
import { CUSTODIANS_KEY, rekeyQuestions } from './rekey/questions.ts';
import { renderRolePolicies } from './rules/role-policies.ts';
import { bootstrapQuestions } from './startup/step.ts';

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

const localFilesCheck: Check = {
	id: 'local-files',
	title: 'The SSH configuration, the public keys and the decrypt command are available',
	async run(context) {
		const { answers, services, cancel } = context;
		const rekeys = answers.rekey === 'custodians';
		const record = parseCeremonyRecordNote(context.session.record.notes);
		// The rekey itself reports a record that it cannot read.
		const ceremony = record === 'unreadable' ? undefined : record;
		const committed = ceremony?.committingAt !== undefined || ceremony?.committedAt !== undefined;
		const questions = [
			...(answers.instance === 'ssh' ? bootstrapQuestions : []),
			...(rekeys && !committed ? rekeyQuestions.filter(({ key }) => key !== CUSTODIANS_KEY) : []),
		];
		const problems = await findLocalReferenceProblems(answers, {
			...{ catalogue: { questions }, baseFolder: services.baseFolder },
			...{ environment: services.environment, signal: cancel.gentle },
		});
		if (problems.length > 0)
			return createFailFinding(
				problems.map(({ key, message }) => `${key}: ${message}`).join('; '),
				`Create or correct it: ${problems.map(({ key }) => key).join(', ')}.`,
			);
		const { custodians, warnings } = rekeys
			? await loadCustodians(context, ceremony)
			: { custodians: [], warnings: [] };
		const keys = custodians.filter(({ key }) => key !== undefined).length;
		const found =
			keys === 0 ? 'no public keys are configured' : `${formatCount(keys, 'public key')} valid`;
		return createPassFinding([found, ...warnings.map((one) => one.replace(/\.$/, ''))].join('; '));
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
	localFilesCheck,
];
