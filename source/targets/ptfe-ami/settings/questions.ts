import type { CrossAnswerRule, Question } from '../../../engine/question.ts';
import type { Lookup } from '../../../engine/step.ts';
import { createKmsKeyLookup } from '../../../steps/lookups/create-lookup.ts';
import { createArnLocationRule, parseArn } from '../../../steps/rules/arns-regions-tags.ts';
import { isPrivateCidr, parseCidr } from '../../../steps/rules/cidr.ts';
import {
	readBooleanAnswer,
	readListAnswer,
	readMapAnswer,
	readTextAnswer,
} from '../../../steps/rules/read-answers.ts';
import type { Services } from '../../../steps/step-context.ts';
import { MAX_ROLE_POLICY_CHARACTERS } from '../rules/role-policies.ts';
import {
	dnsAccessAndProxyQuestions,
	instanceAndTagQuestions,
} from './instance-dns-and-access-questions.ts';
import { certificateLookup, hostedZoneLookup } from './lookups/certificates-and-zones.ts';
import { databaseLookups } from './lookups/databases.ts';
import {
	amiLookup,
	keyPairAndInstanceTypeLookups,
	securityGroupLookups,
} from './lookups/instances.ts';
import { requiredQuestions } from './required-questions.ts';
import { databaseQuestions, storageAndRedisQuestions } from './storage-and-database-questions.ts';

/**
 * One question for each variable of templates/aws-standard, with the same name, except for the
 * subnets, which come from the network step. `settings.instance_role_policies` is not a variable:
 * the policies are attached next to the module.
 */
export const settingsQuestions: readonly Question[] = [
	...requiredQuestions,
	...dnsAccessAndProxyQuestions,
	...instanceAndTagQuestions,
	...databaseQuestions,
	...storageAndRedisQuestions,
];

const FQDN = 'settings.fqdn';
const HOSTNAME = 'settings.hostname';
const ZONE = 'settings.zone_id';
const SNAPSHOT = 'settings.db_snapshot_identifier';
const POLICIES = 'settings.instance_role_policies';
const REACH = 'settings.external_cidr_blocks';

const arnRules: readonly CrossAnswerRule[] = [
	createArnLocationRule({
		id: 'certificate-region',
		key: 'settings.cert_id',
		what: 'the certificate',
		regionKey: 'region',
		ownAccount: true,
		why: 'a load balancer accepts no other certificate',
	}),
	createArnLocationRule({
		id: 'key-region',
		key: 'settings.kms_key_id',
		what: 'the KMS key',
		regionKey: 'region',
		why: 'AWS supports only KMS keys in the same region',
	}),
	createArnLocationRule({
		id: 'archivist-key-region',
		key: 'settings.archivist_kms_key_id',
		what: 'the KMS key',
		regionKey: 'region',
		why: 'S3 supports only KMS keys in the same region',
	}),
];

// The condition under which a setting applies is in its `when`; these rules relate settings that
// all apply.
export const settingsRules: readonly CrossAnswerRule[] = [
	...arnRules,
	{
		id: 'zone-and-hostname',
		keys: [HOSTNAME, ZONE],
		text: 'Set the hosted zone and the DNS record name together, or neither.',
		check: (answers) => {
			const hostname = answers[HOSTNAME];
			if (readTextAnswer(answers, ZONE) === '' || hostname !== '') return undefined;
			return `is empty, but ${ZONE} is set; set both or neither`;
		},
	},
	{
		id: 'hostname-of-fqdn',
		keys: [HOSTNAME, FQDN],
		text: 'The DNS record name must be the start of the domain name, or all of it.',
		check: (answers) => {
			const fqdn = readTextAnswer(answers, FQDN);
			const hostname = readTextAnswer(answers, HOSTNAME);
			const fits = hostname === fqdn || fqdn.startsWith(`${hostname}.`);
			if (fqdn === '' || hostname === '' || readTextAnswer(answers, ZONE) === '' || fits)
				return undefined;
			return `is ${hostname}, but ${fqdn} does not start with it`;
		},
	},
	{
		id: 'database-name',
		keys: ['settings.db_name', SNAPSHOT],
		text: 'The database name is required, except on the first run that restores a snapshot.',
		check: (answers) =>
			answers['settings.db_name'] === '' &&
			readTextAnswer(answers, SNAPSHOT) === '' &&
			!readBooleanAnswer(answers, 'settings.local_db', false)
				? `is empty, which is valid only on the first run with ${SNAPSHOT}`
				: undefined,
	},
	{
		id: 'snapshot-region',
		keys: [SNAPSHOT, 'region'],
		text: 'The snapshot must be in the region of the installation; copy it there first.',
		check: (answers) => {
			const arn = parseArn(readTextAnswer(answers, SNAPSHOT));
			const region = readTextAnswer(answers, 'region');
			return arn === undefined || region === '' || arn.region === region
				? undefined
				: `the snapshot is in ${arn.region}, but region is ${region}; copy it there first`;
		},
	},
	{
		id: 'public-load-balancer-reachable',
		keys: [REACH, 'settings.internal_elb'],
		text: 'A public load balancer cannot be reached from private addresses: allow public addresses, or use an internal load balancer.',
		check: (answers) => {
			const blocks = readListAnswer(answers, REACH).flatMap((text) => parseCidr(text) ?? []);
			const internal = readBooleanAnswer(answers, 'settings.internal_elb', false);
			return !internal && blocks.length > 0 && blocks.every(isPrivateCidr)
				? 'allows only private addresses, which cannot reach a public load balancer; add public addresses, or set settings.internal_elb to true'
				: undefined;
		},
	},
	{
		id: 'load-balancer-reachable',
		keys: [REACH, 'settings.external_security_group_ids'],
		text: 'Access to the load balancer must be allowed, by CIDR blocks or by existing security groups.',
		check: (answers) =>
			Array.isArray(answers[REACH]) &&
			readListAnswer(answers, REACH).length === 0 &&
			readListAnswer(answers, 'settings.external_security_group_ids').length === 0
				? 'is empty, and no security groups are set: the product would be unreachable'
				: undefined,
	},
	{
		id: 'role-policies-size',
		keys: [POLICIES],
		text: `The inline role policies may have ${MAX_ROLE_POLICY_CHARACTERS} characters in total.`,
		check: (answers) => {
			const written = Object.values(readMapAnswer(answers, POLICIES)).map((one) =>
				JSON.stringify(one),
			);
			const length = written.reduce((sum, text) => sum + text.length, 0);
			return written.length > 1 && length > MAX_ROLE_POLICY_CHARACTERS
				? `have ${length} characters in total; the limit is ${MAX_ROLE_POLICY_CHARACTERS}`
				: undefined;
		},
	},
];

export const settingsLookups: readonly Lookup<Services>[] = [
	certificateLookup,
	amiLookup,
	hostedZoneLookup,
	...securityGroupLookups,
	...keyPairAndInstanceTypeLookups,
	...databaseLookups,
	createKmsKeyLookup('settings.kms_key_id', 'create a new key'),
	createKmsKeyLookup('settings.archivist_kms_key_id', 'the default key of the bucket'),
];
