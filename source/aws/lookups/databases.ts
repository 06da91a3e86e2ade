import {
	paginateDescribeDBEngineVersions,
	paginateDescribeDBSnapshots,
	paginateDescribeOrderableDBInstanceOptions,
} from '@aws-sdk/client-rds';
import { type Asking, collect, type Looked } from './asking.ts';

const Engine = 'postgres';

export interface EngineVersionFacts {
	/** `16.4`. */
	version: string;
	/** RDS makes no new databases of it. */
	deprecated: boolean;
}

/** Versions of PostgreSQL that RDS offers in the region. @param major Only those of it. */
export async function lookUpEngineVersions(
	{ aws, signal }: Asking,
	major?: string,
): Promise<Looked<EngineVersionFacts>> {
	const family = major === undefined ? {} : { DBParameterGroupFamily: `${Engine}${major}` };
	const { items, more } = await collect(
		signal,
		'rds:DescribeDBEngineVersions',
		(options) =>
			paginateDescribeDBEngineVersions({ client: aws.rds }, { Engine, ...family }, options),
		({ DBEngineVersions }) => DBEngineVersions,
	);
	return {
		items: items.map(({ EngineVersion = '', Status = '' }) => ({
			version: EngineVersion,
			deprecated: Status === 'deprecated',
		})),
		more,
	};
}

export interface DatabaseClassFacts {
	name: string;
	/** It can have a standby in another zone. */
	multiZone: boolean;
}

/** Classes RDS offers for one whole version (`16.4`) of PostgreSQL. */
export async function lookUpDatabaseClasses(
	{ aws, signal }: Asking,
	EngineVersion: string,
): Promise<Looked<DatabaseClassFacts>> {
	const input = { Engine, EngineVersion, Vpc: true };
	const { items, more } = await collect(
		signal,
		'rds:DescribeOrderableDBInstanceOptions',
		(options) => paginateDescribeOrderableDBInstanceOptions({ client: aws.rds }, input, options),
		({ OrderableDBInstanceOptions }) => OrderableDBInstanceOptions,
		// One for each kind of storage, too.
		5000,
	);
	const classes = new Map<string, DatabaseClassFacts>();
	for (const { DBInstanceClass: name = '', MultiAZCapable } of items) {
		const multiZone = MultiAZCapable === true || classes.get(name)?.multiZone === true;
		classes.set(name, { name, multiZone });
	}
	return { items: [...classes.values()], more };
}

export interface SnapshotFacts {
	name: string;
	arn: string;
	/** Of another account, which shared it. */
	shared: boolean;
	database: string;
	version: string;
	sizeGb: number;
	made: Date | undefined;
	status: string;
	encrypted: boolean;
}

/** Snapshots of PostgreSQL databases: the account's own, and those shared with it. */
export async function lookUpSnapshots(
	{ aws, signal }: Asking,
	account: string,
): Promise<Looked<SnapshotFacts>> {
	const { items, more } = await collect(
		signal,
		'rds:DescribeDBSnapshots',
		(options) => paginateDescribeDBSnapshots({ client: aws.rds }, { IncludeShared: true }, options),
		({ DBSnapshots }) => DBSnapshots?.filter((snapshot) => snapshot.Engine === Engine),
	);
	return {
		items: items.map((snapshot) => ({
			name: snapshot.DBSnapshotIdentifier ?? '',
			arn: snapshot.DBSnapshotArn ?? '',
			shared: account !== '' && snapshot.DBSnapshotArn?.split(':')[4] !== account,
			database: snapshot.DBInstanceIdentifier ?? '',
			version: snapshot.EngineVersion ?? '',
			sizeGb: snapshot.AllocatedStorage ?? 0,
			made: snapshot.SnapshotCreateTime,
			status: snapshot.Status ?? '',
			encrypted: snapshot.Encrypted === true,
		})),
		more,
	};
}
