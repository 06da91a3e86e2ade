import type { Lookup } from '../../engine/lookup.ts';
import { kmsKeys } from '../look-up/kms-keys.ts';
import type { Services } from '../services.ts';
import { certificates } from './lookups/certificates.ts';
import { databases } from './lookups/databases.ts';
import { hostedZones } from './lookups/hosted-zones.ts';
import { images } from './lookups/images.ts';
import { machines } from './lookups/machines.ts';
import { securityGroups } from './lookups/security-groups.ts';

export const settingsLookups: readonly Lookup<Services>[] = [
	certificates,
	images,
	hostedZones,
	...securityGroups,
	...machines,
	...databases,
	kmsKeys('settings.kms_key_id', 'create a new key'),
	kmsKeys('settings.archivist_kms_key_id', 'the default key of the bucket'),
];
