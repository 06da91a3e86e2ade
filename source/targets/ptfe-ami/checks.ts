import type { Check } from '../../steps/preflight/check.ts';
import {
	accountMatchCheck,
	credentialsCheck,
	regionEnabledCheck,
	regionMatchCheck,
} from '../../steps/preflight/checks-account.ts';
import { databasePasswordCheck, rolePoliciesCheck } from '../../steps/preflight/checks-answers.ts';
import { dataBucketCheck, stateBucketCheck } from '../../steps/preflight/checks-names.ts';
import {
	iamUserNameCheck,
	installationIdCheck,
	networkNameCheck,
} from '../../steps/preflight/checks-stack-names.ts';
import {
	awsProviderCheck,
	sshClientCheck,
	terraformCheck,
} from '../../steps/preflight/checks-tools.ts';

/** All checks, in the order they are shown. */
export const ptfeAmiChecks: readonly Check[] = [
	terraformCheck,
	awsProviderCheck,
	sshClientCheck,
	credentialsCheck,
	accountMatchCheck,
	regionMatchCheck,
	regionEnabledCheck,
	stateBucketCheck,
	dataBucketCheck,
	networkNameCheck,
	iamUserNameCheck,
	installationIdCheck,
	databasePasswordCheck,
	rolePoliciesCheck,
];
