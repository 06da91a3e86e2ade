import { parseArn } from './arn.ts';
import { characterProblem, nameOf } from './characters.ts';
import { orEmpty, type TextRuleFacts, textRule } from './value-rule.ts';

/**
 * What RDS and the 2018 image both take: RDS wants 8 to 128 characters without / @ " and space,
 * the image only letters, digits and - _ : (and /, which RDS refuses).
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 *
 * The clause never quotes the password; it names at most one kind of character in it.
 */
export function databasePasswordProblem(value: string): string | undefined {
	const odd = [...value].find((character) => !/[A-Za-z0-9\-_:]/.test(character));
	if (odd === '/') return 'holds a slash, which RDS refuses in a password';
	if (odd !== undefined) {
		return `holds ${/\s/.test(odd) ? nameOf(odd) : 'a character'} other than letters, digits and - _ :`;
	}
	if (value.length < 8) return `is too short: RDS wants 8 characters or more`;
	if (value.length > 128) return `has ${value.length} characters, RDS allows 128`;
	return undefined;
}

// Words PostgreSQL reserves (https://www.postgresql.org/docs/16/sql-keywords-appendix.html) and
// names RDS keeps for itself.
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

function databaseWord(what: string): TextRuleFacts {
	return {
		rule: '1 to 63 letters, digits and underscores, beginning with a letter',
		pattern: /^[A-Za-z][A-Za-z0-9_]{0,62}$/,
		wrong: `is not a name for ${what}`,
		problem: (value) => {
			if (/^[^A-Za-z]/.test(value)) return 'does not begin with a letter';
			if (value.length > 63) return `has ${value.length} characters, 63 are allowed`;
			if (RESERVED.has(value.toLowerCase()) || /^pg_|^rds_/i.test(value)) {
				return 'is a word that PostgreSQL or RDS keeps for itself';
			}
			const odd = [...value].find((character) => !/[A-Za-z0-9_]/.test(character));
			return odd === undefined ? undefined : `holds ${nameOf(odd)}`;
		},
	};
}

/** Master user of a PostgreSQL instance. */
export const databaseUser = textRule(databaseWord('a database user'));

/** Name of the database within the instance; `""` while a snapshot is being restored. */
export const databaseNameOrEmpty = orEmpty(databaseWord('a database'));

// RDS offers PostgreSQL 13 and later on none of these.
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

/** What took the place of a database class of a retired generation; undefined for a current one. */
export function databaseClassSuccessor(value: string): string | undefined {
	const [, family = '', size = ''] = /^db\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(value) ?? [];
	const successor = RETIRED[family];
	if (successor === undefined) return undefined;
	// Neither m5 nor r5 comes smaller than large.
	const smallest = successor !== 't3' && ['micro', 'small', 'medium'].includes(size);
	return `db.${successor}.${smallest ? 'large' : size}`;
}

export const databaseClass = textRule({
	rule: 'an RDS instance class such as db.m5.large',
	pattern: /^db\.[a-z][a-z0-9]*\.(micro|small|medium|large|[0-9]*xlarge)$/,
	wrong: 'is not an RDS instance class',
	problem: (value) => {
		const successor = databaseClassSuccessor(value);
		if (successor !== undefined) {
			return `is of a generation that runs no PostgreSQL of today; ${successor} took its place`;
		}
		return /^[a-z][a-z0-9-]*\.[a-z0-9]+$/.test(value) && !/^(db|cache)\./.test(value)
			? `lacks the db. in front: db.${value}`
			: undefined;
	},
});

/** A PostgreSQL major version: AWS withdraws minor versions every year, so none is pinned. */
export const engineVersion = textRule({
	rule: 'a major version of PostgreSQL, 13 or later, such as 16',
	pattern: /^(1[3-9]|[2-9][0-9])$/,
	wrong: 'is not a PostgreSQL version that RDS still creates',
	problem: (value) =>
		/^(1[3-9]|[2-9][0-9])\.\d/.test(value)
			? `names a minor version, which AWS withdraws within a year; write ${value.split('.')[0]}`
			: undefined,
});

const SNAPSHOT = /^(rds:)?[A-Za-z][A-Za-z0-9-]{0,254}$/;

/** Name or ARN of an RDS snapshot; `rds:` begins the names of automatic ones. */
export const snapshotOrEmpty = orEmpty({
	rule: 'the name or the ARN of an RDS snapshot',
	pattern:
		/^(arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:snapshot:)?(rds:)?[A-Za-z][A-Za-z0-9-]{0,254}$/,
	wrong: 'is not the name of a snapshot',
	problem: (value) => {
		const arn = parseArn(value);
		if (arn !== undefined && !arn.resource.startsWith('snapshot:')) {
			return `is the ARN of a ${arn.resource.split(':')[0]}, not of a snapshot`;
		}
		const name = arn === undefined ? value : arn.resource.slice('snapshot:'.length);
		if (SNAPSHOT.test(name) && (name.includes('--') || name.endsWith('-'))) {
			return 'holds two dashes in a row, or ends in one';
		}
		return characterProblem(value);
	},
});
