import { parseArn } from '../../../steps/rules/arns-regions-tags.ts';
import {
	describeCharacter,
	findDisallowedCharacter,
} from '../../../steps/rules/names-and-identifiers.ts';
import {
	createOptionalTextRule,
	createTextRule,
	suggestIfValid,
	type TextRuleOptions,
} from '../../../steps/rules/value-rule.ts';

// Reserved words of PostgreSQL (https://www.postgresql.org/docs/16/sql-keywords-appendix.html) and
// names reserved by RDS.
const RESERVED = new Set(
	`admin postgres public rdsadmin rds_superuser rdsrepladmin rdsproxyadmin rdstopmgr rds_replication
	rds_password all analyse analyze and any array as asc asymmetric both case cast check collate column
	constraint create current_catalog current_date current_role current_time current_timestamp
	current_user default deferrable desc distinct do else end except false fetch for foreign from
	grant group having in initially intersect into lateral leading limit localtime localtimestamp
	not null offset on only or order placing primary references returning select session_user
	some symmetric system_user table then to trailing true union unique user using variadic when
	where window with`.split(/\s+/),
);

function databaseWord(what: string): TextRuleOptions {
	return {
		rule: '1 to 63 letters, digits and underscores, starting with a letter',
		pattern: /^[A-Za-z][A-Za-z0-9_]{0,62}$/,
		wrong: `is not a valid ${what} name`,
		problem: (value) => {
			if (/^[^A-Za-z]/.test(value)) return 'does not start with a letter';
			if (value.length > 63) return `has ${value.length} characters; the maximum is 63`;
			if (RESERVED.has(value.toLowerCase()) || /^pg_|^rds_/i.test(value)) {
				return 'is reserved by PostgreSQL or RDS';
			}
			return findDisallowedCharacter(value, /[A-Za-z0-9_]/);
		},
	};
}

/** Master user of a PostgreSQL instance. */
export const databaseUserRule = createTextRule(databaseWord('database user'));

/** Name of the database within the instance; `""` while a snapshot is being restored. */
export const optionalDatabaseNameRule = createOptionalTextRule(databaseWord('database'));

// RDS does not support PostgreSQL 13 and later on these.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html
const RETIRED: Readonly<Record<string, string>> = {
	m1: 'm5',
	m2: 'r5',
	m3: 'm5',
	m4: 'm5',
	r3: 'r5',
	r4: 'r5',
	t1: 't3',
	t2: 't3',
};

/** The replacement for a database class of a retired generation; undefined for a current class. */
export function getSuccessorDatabaseClass(value: string): string | undefined {
	const [, family = '', size = ''] = /^db\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(value) ?? [];
	const successor = RETIRED[family];
	if (successor === undefined) return undefined;
	// The smallest size of m5 and r5 is large.
	const smallest = successor !== 't3' && ['micro', 'small', 'medium'].includes(size);
	return `db.${successor}.${smallest ? 'large' : size}`;
}

const databaseClassFacts: TextRuleOptions = {
	rule: 'an RDS instance class such as db.m5.large',
	pattern: /^db\.[a-z][a-z0-9]*\.(micro|small|medium|large|[0-9]*xlarge)$/,
	wrong: 'is not an RDS instance class',
	problem: (value) => {
		const successor = getSuccessorDatabaseClass(value);
		if (successor !== undefined)
			return `does not support current PostgreSQL versions${suggestIfValid(databaseClassFacts, successor)}`;
		if (/^(db|cache)\./.test(value) || !/^[a-z][a-z0-9-]*\.[a-z0-9]+$/.test(value))
			return undefined;
		const name = `db.${value}`;
		const current = getSuccessorDatabaseClass(name) ?? name;
		return `lacks the prefix db.${suggestIfValid(databaseClassFacts, current)}`;
	},
};

export const databaseClassRule = createTextRule(databaseClassFacts);

/** A PostgreSQL major version. AWS retires minor versions every year, so they are not pinned. */
export const postgresVersionRule = createTextRule({
	rule: 'a major version of PostgreSQL, 13 or later, such as 16',
	pattern: /^(1[3-9]|[2-9][0-9])$/,
	wrong: 'is not a PostgreSQL version that RDS supports',
	problem: (value) =>
		/^(1[3-9]|[2-9][0-9])\.\d/.test(value)
			? `is a minor version, which AWS retires within a year; use ${value.split('.')[0]}`
			: undefined,
});

const SNAPSHOT = /^(rds:)?[A-Za-z][A-Za-z0-9-]{0,254}$/;

/** Name or ARN of an RDS snapshot; names of automated snapshots start with `rds:`. */
export const optionalSnapshotRule = createOptionalTextRule({
	rule: 'the name or the ARN of an RDS snapshot',
	pattern:
		/^(arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:snapshot:)?(rds:)?[A-Za-z][A-Za-z0-9-]{0,254}$/,
	wrong: 'is not a valid snapshot name',
	problem: (value) => {
		const arn = parseArn(value);
		if (arn !== undefined && !arn.resource.startsWith('snapshot:')) {
			return `is the ARN of a ${arn.resource.split(':')[0]}, not of a snapshot`;
		}
		const name = arn === undefined ? value : arn.resource.slice('snapshot:'.length);
		if (SNAPSHOT.test(name) && (name.includes('--') || name.endsWith('-'))) {
			return 'contains two consecutive hyphens or ends with a hyphen';
		}
		return findDisallowedCharacter(value, /[A-Za-z0-9:-]/);
	},
});

/**
 * What RDS and the 2018 AMI both support: RDS requires 8 to 128 characters without / @ " and space,
 * the AMI only letters, digits and - _ : (and /, which RDS rejects).
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 *
 * The message never quotes the password; it names at most one kind of character in it.
 */
export function findDatabasePasswordProblem(value: string): string | undefined {
	const odd = [...value].find((character) => !/[A-Za-z0-9\-_:]/.test(character));
	if (odd === '/') return 'contains a slash, which RDS does not allow in passwords';
	if (odd !== undefined) {
		return `contains ${/\s/.test(odd) ? describeCharacter(odd) : 'an unsupported character'}; only letters, digits and - _ : are allowed`;
	}
	if (value.length < 8) return 'is too short; the minimum is 8 characters';
	if (value.length > 128) return `has ${value.length} characters; the maximum is 128`;
	return undefined;
}
