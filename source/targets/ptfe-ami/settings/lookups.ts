import type { Lookup } from '../../../engine/lookup.ts';
import { createKmsKeyLookup } from '../../../steps/lookups/create-lookup.ts';
import type { Services } from '../../../steps/services.ts';
import { certificateLookup, hostedZoneLookup } from './lookups/certificates-and-zones.ts';
import { databaseLookups } from './lookups/databases.ts';
import { amiLookup, instanceLookups, securityGroupLookups } from './lookups/instances.ts';

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
