import type { Check } from './check.ts';
import { accountMatches, credentials, regionEnabled, regionMatches } from './checks-account.ts';
import { databasePassword, rolePolicies } from './checks-answers.ts';
import { productBucketName, stateBucketName } from './checks-names.ts';
import { installationName, networkName, userName } from './checks-stack-names.ts';
import { providerObtainable, ssh, terraform } from './checks-tools.ts';

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
