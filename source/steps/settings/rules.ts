import type { Rule } from '../../engine/question.ts';
import { flagOf, listOf, mapOf, textOf } from '../rules/answers.ts';
import { parseArn } from '../rules/arn.ts';
import { arnRule } from '../rules/arn-rule.ts';
import { isPrivate, parseCidr } from '../rules/cidr.ts';
import { ROLE_POLICY_CHARACTERS } from '../rules/policies.ts';

const FQDN = 'settings.fqdn';
const HOSTNAME = 'settings.hostname';
const ZONE = 'settings.zone_id';
const SNAPSHOT = 'settings.db_snapshot_identifier';
const POLICIES = 'settings.instance_role_policies';
const REACH = 'settings.external_cidr_blocks';

const arnRules: readonly Rule[] = [
	arnRule({
		id: 'certificate-region',
		key: 'settings.cert_id',
		what: 'the certificate',
		regionKey: 'region',
		ownAccount: true,
		why: 'a load balancer takes no other',
	}),
	arnRule({
		id: 'key-region',
		key: 'settings.kms_key_id',
		what: 'the KMS key',
		regionKey: 'region',
		why: 'AWS encrypts with keys of the same region only',
	}),
	arnRule({
		id: 'archivist-key-region',
		key: 'settings.archivist_kms_key_id',
		what: 'the KMS key',
		regionKey: 'region',
		why: 'S3 encrypts with keys of the same region only',
	}),
];

// What a setting needs before it means anything is in its `when`; these are the rules between
// settings that are all asked.
export const settingsRules: readonly Rule[] = [
	...arnRules,
	{
		id: 'zone-and-hostname',
		keys: [HOSTNAME, ZONE],
		text: 'A hosted zone and the name of the record in it go together: both or none.',
		check: (answers) => {
			const hostname = answers[HOSTNAME];
			if (textOf(answers, ZONE) === '' || hostname !== '') return undefined;
			return `is empty, but ${ZONE} is given; both or none`;
		},
	},
	{
		id: 'hostname-of-fqdn',
		keys: [HOSTNAME, FQDN],
		text: 'The record must be the beginning of the domain name, or all of it.',
		check: (answers) => {
			const fqdn = textOf(answers, FQDN);
			const hostname = textOf(answers, HOSTNAME);
			const fits = hostname === fqdn || fqdn.startsWith(`${hostname}.`);
			if (fqdn === '' || hostname === '' || textOf(answers, ZONE) === '' || fits) return undefined;
			return `is ${hostname}, with which ${fqdn} does not begin`;
		},
	},
	{
		id: 'database-name',
		keys: ['settings.db_name', SNAPSHOT],
		text: 'The database needs a name, except on the first run that restores a snapshot.',
		check: (answers) =>
			answers['settings.db_name'] === '' &&
			textOf(answers, SNAPSHOT) === '' &&
			!flagOf(answers, 'settings.local_db', false)
				? `is empty, which only fits the first run with ${SNAPSHOT}`
				: undefined,
	},
	{
		id: 'snapshot-region',
		keys: [SNAPSHOT, 'region'],
		text: 'A snapshot must be in the region of the installation; copy it there first.',
		check: (answers) => {
			const arn = parseArn(textOf(answers, SNAPSHOT));
			const region = textOf(answers, 'region');
			return arn === undefined || region === '' || arn.region === region
				? undefined
				: `the snapshot is in ${arn.region}, region is ${region}; copy it there first`;
		},
	},
	{
		id: 'public-balancer-reachable',
		keys: [REACH, 'settings.internal_elb'],
		text: 'A load balancer on the internet is never reached from private addresses: either let public ones in, or make it internal.',
		check: (answers) => {
			const blocks = listOf(answers, REACH).flatMap((text) => parseCidr(text) ?? []);
			const internal = flagOf(answers, 'settings.internal_elb', false);
			return !internal && blocks.length > 0 && blocks.every(isPrivate)
				? 'lets in private addresses only, from which nobody reaches a load balancer on the internet; add public ones, or set settings.internal_elb to true'
				: undefined;
		},
	},
	{
		id: 'balancer-reachable',
		keys: [REACH, 'settings.external_security_group_ids'],
		text: 'Somebody must be let in: by addresses, or by security groups of yours.',
		check: (answers) =>
			Array.isArray(answers[REACH]) &&
			listOf(answers, REACH).length === 0 &&
			listOf(answers, 'settings.external_security_group_ids').length === 0
				? 'is empty, and there are no security groups: nobody could reach the product'
				: undefined,
	},
	{
		id: 'role-policies-size',
		keys: [POLICIES],
		text: `The policies written into the role may have ${ROLE_POLICY_CHARACTERS} characters together.`,
		check: (answers) => {
			const written = Object.values(mapOf(answers, POLICIES)).map((one) => JSON.stringify(one));
			const length = written.reduce((sum, text) => sum + text.length, 0);
			return written.length > 1 && length > ROLE_POLICY_CHARACTERS
				? `have ${length} characters together, a role takes ${ROLE_POLICY_CHARACTERS}`
				: undefined;
		},
	},
];
