import {
	accountMatchCheck,
	credentialsCheck,
	regionEnabledCheck,
	regionMatchCheck,
} from '../../steps/preflight/account-checks.ts';
import { stateBucketCheck } from '../../steps/preflight/bucket-checks.ts';
import type { Check } from '../../steps/preflight/check.ts';
import { iamUserNameCheck, networkNameCheck } from '../../steps/preflight/name-checks.ts';
import {
	awsProviderCheck,
	sshClientCheck,
	terraformCheck,
} from '../../steps/preflight/tool-checks.ts';
import { databasePasswordCheck, rolePoliciesCheck } from './answer-checks.ts';

import { dataBucketCheck } from './data-bucket-check.ts';
import { installationIdCheck } from './installation-id-check.ts';

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
