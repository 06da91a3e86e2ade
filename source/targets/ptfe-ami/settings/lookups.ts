import type { Lookup } from '../../../engine/lookup.ts';
import { createKmsKeyLookup } from '../../../steps/lookups/kms-keys.ts';
import type { Services } from '../../../steps/services.ts';
import { amiLookup } from './lookups/amis.ts';
import { certificateLookup } from './lookups/certificates.ts';
import { databaseLookups } from './lookups/databases.ts';
import { hostedZoneLookup } from './lookups/hosted-zones.ts';
import { instanceLookups } from './lookups/instance-options.ts';
import { securityGroupLookups } from './lookups/security-groups.ts';

export const settingsLookups: readonly Lookup<Services>[] = [
	certificateLookup,
	amiLookup,
	hostedZoneLookup,
	...securityGroupLookups,
	...instanceLookups,
	...databaseLookups,
	createKmsKeyLookup('settings.kms_key_id', 'create a new key'),
	createKmsKeyLookup('settings.archivist_kms_key_id', 'the default key of the bucket'),
];
