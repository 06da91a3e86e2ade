import type { Check } from '../../steps/preflight/check.ts';
import {
	accountMatches,
	credentials,
	regionEnabled,
	regionMatches,
} from '../../steps/preflight/checks-account.ts';
import { databasePassword, rolePolicies } from '../../steps/preflight/checks-answers.ts';
import { productBucketName, stateBucketName } from '../../steps/preflight/checks-names.ts';
import {
	installationName,
	networkName,
	userName,
} from '../../steps/preflight/checks-stack-names.ts';
import { providerObtainable, ssh, terraform } from '../../steps/preflight/checks-tools.ts';

/** All checks, in the order they are shown. */
export const checks: readonly Check[] = [
	terraform,
	providerObtainable,
	ssh,
	credentials,
	accountMatches,
	regionMatches,
	regionEnabled,
	stateBucketName,
	productBucketName,
	networkName,
	userName,
	installationName,
	databasePassword,
	rolePolicies,
];
